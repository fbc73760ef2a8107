package org.modernbert4j.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.modernbert4j.InputException;

/**
 * Texts without labels.
 *
 * @param texts in the order of the file, at least one
 * @param rows rows of the CSV file or lines of the text file, with those left out because they hold no text
 */
public record Texts(List<Text> texts, int rows) {
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
        List<CsvRow> rows = CsvTable.read(file, List.of(column));
        List<Text> texts = rows.stream()
                .filter(row -> row.cells().get(0).isPresent(missing))
                .map(row -> new Text(row.row(), row.cells().get(0).value()))
                .toList();
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
            throw new InputException(file + ": no such file, wanted a text file with one text a line; check the path");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return readLines(in, file.toString());
        } catch (IOException unreadable) {
            throw new InputException(
                    file + ": cannot be read (" + unreadable.getMessage() + "); check its permissions", unreadable);
        }
    }

    /**
     * Reads the paragraphs of a UTF-8 file: what stands between blank lines, its lines kept, or each line where no blank line
     * stands between two others.
     *
     * @param file of any name, not packed
     * @throws InputException for what {@link #readLines(Path)} refuses
     */
    public static Texts readParagraphs(Path file) {
        Texts lines = readLines(file);
        List<Text> paragraphs = new ArrayList<>();
        int from = 0;
        for (int to = 1; to <= lines.texts.size(); to++) {
            boolean ends = to == lines.texts.size()
                    || lines.texts.get(to).row() > lines.texts.get(to - 1).row() + 1;
            if (ends) {
                String text =
                        lines.texts.subList(from, to).stream().map(Text::text).collect(Collectors.joining("\n"));
                paragraphs.add(new Text(lines.texts.get(from).row(), text));
                from = to;
            }
        }
        return paragraphs.size() == 1 ? lines : new Texts(paragraphs, lines.rows);
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
                if (!Cell.isWhiteSpace(line)) {
                    texts.add(new Text(row, withoutEnd(line)));
                }
                row++;
            }
        } catch (IOException unreadable) {
            throw new InputException(
                    name + ": cannot be read (" + unreadable.getMessage() + "); try again", unreadable);
        }
        if (texts.isEmpty()) {
            throw new InputException(name + ": holds no text, wanted one a line; check that it is the right input");
        }
        return new Texts(texts, row);
    }

    private static String withoutEnd(String line) {
        int end = line.length();
        while (end > 0 && (line.charAt(end - 1) == '\n' || line.charAt(end - 1) == '\r')) {
            end--;
        }
        return line.substring(0, end);
    }
}
