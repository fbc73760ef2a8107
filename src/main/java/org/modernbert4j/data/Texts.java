package org.modernbert4j.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.modernbert4j.InputException;
import org.modernbert4j.InputPath;
import org.modernbert4j.Reason;

/**
 * Texts without labels.
 *
 * @param place what stands before the number of a text in messages: {@code news.csv line}
 * @param texts in the order of the file, at least one
 * @param rows rows of the table or lines of the text file, with those left out because they hold no text
 */
public record Texts(String place, List<Text> texts, int rows) {
    /** The place of a text that is of no file. */
    public static final String TEXT = "text";

    private static final String LINE = " line";

    /** Copies the list. */
    public Texts {
        texts = List.copyOf(texts);
    }

    /** Texts of no file; messages tell their numbers. */
    public static Texts of(List<String> texts) {
        return of(TEXT, texts);
    }

    /** The same, where a number has another word before it than {@value #TEXT}. */
    public static Texts of(String place, List<String> texts) {
        List<Text> numbered = IntStream.range(0, texts.size())
                .mapToObj(i -> new Text(i, texts.get(i)))
                .toList();
        return new Texts(place, numbered, texts.size());
    }

    /**
     * Reads one column of a table, as {@link Dataset#read} does.
     *
     * @param column name of the column with the texts
     * @param missing what becomes of rows without a text
     * @throws InputException for what {@link Dataset#read} refuses
     */
    public static Texts readTable(TableFile table, String column, MissingValues missing) {
        List<Text> texts = new ArrayList<>();
        int rows = table.read(List.of(column), row -> add(row, missing, texts));
        return ofColumn(texts, rows, table.path().toString(), column);
    }

    private static void add(Row row, MissingValues missing, List<Text> texts) {
        row.value(0, missing, false).ifPresent(text -> texts.add(new Text(row.row(), row.line(), text)));
    }

    private static Texts ofColumn(List<Text> texts, int rows, String name, String column) {
        if (texts.isEmpty()) {
            throw new InputException(
                    name + ": none of its " + rows + " rows has \"" + column + "\"; name another column");
        }
        return new Texts(name + LINE, texts, rows);
    }

    /**
     * Reads a UTF-8 file with one text a line; blank lines are left out, and no word means "missing" here.
     *
     * @param file of any name, not packed
     * @throws InputException if the file is absent, cannot be read, is not UTF-8 or holds no text
     */
    public static Texts readLines(Path file) {
        InputPath.file(file, "a text file with one text a line");
        try (InputStream in = Files.newInputStream(file)) {
            return readLines(in, file.toString());
        } catch (IOException unreadable) {
            throw new InputException(
                    file + ": cannot be read (" + Reason.of(unreadable) + "); check its permissions", unreadable);
        }
    }

    /**
     * Reads texts of either kind of file: of a {@code .txt} what stands between blank lines, its lines kept, or each line where no
     * blank line stands between two others; of any other file the column of a table, without the rows that lack a text.
     *
     * @param column name of a table's column with the texts
     * @return at least one
     * @throws InputException if the file cannot be used or holds no text
     */
    public static List<Text> read(TableFile file, String column) {
        Texts texts = isTable(file.path())
                ? readTable(file, column, MissingValues.DROP)
                : readLines(file.path()).paragraphs();
        return texts.texts;
    }

    /** Whether {@link #read} takes a file for a table. */
    public static boolean isTable(Path file) {
        return !file.toString().toLowerCase(Locale.ROOT).endsWith(".txt");
    }

    private Texts paragraphs() {
        List<Text> paragraphs = new ArrayList<>();
        int from = 0;
        for (int to = 1; to <= texts.size(); to++) {
            boolean ends = to == texts.size()
                    || texts.get(to).row() > texts.get(to - 1).row() + 1;
            if (ends) {
                String text = texts.subList(from, to).stream().map(Text::text).collect(Collectors.joining("\n"));
                paragraphs.add(new Text(texts.get(from).row(), texts.get(from).line(), text));
                from = to;
            }
        }
        return paragraphs.size() == 1 ? this : new Texts(place, paragraphs, rows);
    }

    /**
     * Reads UTF-8 with one text a line to its end and closes it; blank lines are left out.
     *
     * @param in what to read
     * @param name what errors call it, such as {@code standard input}
     * @throws InputException if it cannot be read, is not UTF-8 or holds no text
     */
    public static Texts readLines(InputStream in, String name) {
        List<Text> texts = new ArrayList<>();
        int rows;
        try (InputStream checked = TableSource.text(in, name)) {
            rows = RowStream.readLines(checked, name, new RowLimit(name), text -> {
                if (!text.isEmpty()) {
                    texts.add(text);
                }
            });
        } catch (IOException unreadable) {
            throw new InputException(name + ": cannot be read (" + Reason.of(unreadable) + "); try again", unreadable);
        }
        if (texts.isEmpty()) {
            throw RowStream.noText(name);
        }
        return new Texts(name + LINE, texts, rows);
    }
}
