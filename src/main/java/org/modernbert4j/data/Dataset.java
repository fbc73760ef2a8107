package org.modernbert4j.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.modernbert4j.InputException;

/**
 * The labelled texts of a table.
 *
 * @param examples in the order of the file, at least one
 * @param rows rows in the file
 * @param withoutLabel rows left out because they have no label
 * @param withoutText rows left out because they have a label and no text
 */
public record Dataset(List<Example> examples, int rows, int withoutLabel, int withoutText) {
    /** Copies the list. */
    public Dataset {
        examples = List.copyOf(examples);
    }

    /**
     * Reads a file as pandas {@code read_csv} then {@code dropna} would, every column as text.
     *
     * <p>The file is UTF-8, plain, gzipped, or zipped as the only table of its archive, whatever its name says; its first line is a
     * header, its delimiter a comma, or a semicolon or tab where only that gives the header both columns. A row too short to have a
     * column lacks that value. Blank lines are no rows. The file may also hold JSON lines, or Parquet in builds that read it.
     *
     * @param file the table
     * @param textColumn name of the column with the texts
     * @param labelColumn name of the column with the labels
     * @param missing what becomes of rows that lack one of them
     * @throws InputException if the file is absent, of another type, damaged, empty or not UTF-8; if a column is not there or
     *     there twice; if a row has more fields than the header, a quote that does not close, or is too long; if there are too
     *     many rows; if a text or label is missing where that is refused; if no row is left
     */
    public static Dataset read(Path file, String textColumn, String labelColumn, MissingValues missing) {
        List<Example> examples = new ArrayList<>();
        int[] without = new int[2];
        int rows = scan(
                file,
                new Reading(
                        CsvFormat.USUAL, new Reading.Columns(textColumn, labelColumn), LabelType.TEXT, missing, false),
                row -> {
                    if (row.isComplete()) {
                        examples.add(row.example(row.word()));
                    } else {
                        without[row.label().isEmpty() ? 0 : 1]++;
                    }
                });
        return new Dataset(examples, rows, without[0], without[1]);
    }

    /**
     * Reads a file as {@link #read} does, and keeps nothing.
     *
     * @param each is given every row; that of a row without a label has no text either
     * @return how many rows there are
     */
    static int scan(Path file, Reading reading, Consumer<LabelledRow> each) {
        int[] complete = new int[1];
        int rows = reading.table(file).read(List.of(reading.label(), reading.text()), row -> {
            Optional<String> label = row.value(0, reading.missing(), reading.keepNa());
            Optional<String> text = label.isEmpty() ? label : row.value(1, reading.missing(), reading.keepNa());
            complete[0] += text.isPresent() ? 1 : 0;
            each.accept(new LabelledRow(
                    row.row(), row.line(), text, label, row.values().get(0).orElse("")));
        });
        if (complete[0] == 0) {
            throw new InputException(file + ": none of its " + rows + " rows has both \"" + reading.text() + "\" and \""
                    + reading.label() + "\"; name other columns or fill them in");
        }
        return rows;
    }
}
