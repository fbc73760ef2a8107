package org.modernbert4j.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.modernbert4j.InputException;

/**
 * Texts without labels.
 *
 * @param texts in the order of the file, at least one
 * @param rows rows of the CSV file or lines of the text file, with those left out because they hold no text
 */
public record Texts(List<Text> texts, int rows) {
    private static final Pattern LINE_END = Pattern.compile("[\\r\\n]+$");

    /** Copies the list. */
    public Texts {
        texts = List.copyOf(texts);
    }

    /**
     * Reads one column of a CSV file, as {@link Dataset#read} does.
     *
     * @param file the table
     * @param column name of the column with the texts
     * @param missing what becomes of rows without a text
     * @throws InputException for what {@link Dataset#read} refuses
     */
    public static Texts readCsv(Path file, String column, MissingValues missing) {
        List<CsvTable.Row> rows = CsvTable.read(file, List.of(column));
        List<Text> texts = new ArrayList<>();
        rows.forEach(row -> row.value(0, missing).ifPresent(text -> texts.add(new Text(row.row(), text))));
        if (texts.isEmpty()) {
            throw new InputException(
                    file + ": none of its " + rows.size() + " rows has \"" + column + "\"; name another column");
        }
        return new Texts(texts, rows.size());
    }

    /**
     * Reads a UTF-8 file with one text a line; blank lines are left out, and no word means "missing" here.
     *
     * @param file of any name, not packed
     * @throws InputException if the file is absent, cannot be read, is not UTF-8 or holds no text
     */
    public static Texts readLines(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new InputException(
                    file + ": no such file, expected a text file with one text a line; check the path");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return readLines(in, file.toString());
        } catch (IOException unreadable) {
            throw new InputException(
                    file + ": cannot be read (" + unreadable.getMessage() + "); check its permissions", unreadable);
        }
    }

    /**
     * Reads texts whose rows do not matter: of a {@code .txt} what stands between blank lines, its lines kept, or each line where no
     * blank line stands between two others; of any other file the column of a table, without the rows that lack a text.
     *
     * @param file {@code .txt}, {@code .csv}, {@code .csv.gz} or {@code .zip}
     * @param column name of a table's column with the texts
     * @return at least one
     * @throws InputException if the file cannot be used or holds no text
     */
    public static List<String> read(Path file, String column) {
        Texts texts = file.toString().toLowerCase(Locale.ROOT).endsWith(".txt")
                ? readLines(file).paragraphs()
                : readCsv(file, column, MissingValues.DROP);
        return texts.texts.stream().map(Text::text).toList();
    }

    private Texts paragraphs() {
        List<Text> paragraphs = new ArrayList<>();
        int from = 0;
        for (int to = 1; to <= texts.size(); to++) {
            boolean ends = to == texts.size()
                    || texts.get(to).row() > texts.get(to - 1).row() + 1;
            if (ends) {
                String text = texts.subList(from, to).stream().map(Text::text).collect(Collectors.joining("\n"));
                paragraphs.add(new Text(texts.get(from).row(), text));
                from = to;
            }
        }
        return paragraphs.size() == 1 ? this : new Texts(paragraphs, rows);
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
        int row = 0;
        try (Utf8Lines lines = new Utf8Lines(in, name)) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                if (!MissingValues.isWhiteSpace(line)) {
                    texts.add(new Text(row, LINE_END.matcher(line).replaceFirst("")));
                }
                row++;
            }
        } catch (IOException unreadable) {
            throw new InputException(
                    name + ": cannot be read (" + unreadable.getMessage() + "); try again", unreadable);
        }
        if (texts.isEmpty()) {
            throw new InputException(name + ": holds no text, expected one a line; check that it is the right input");
        }
        return new Texts(texts, row);
    }
}
