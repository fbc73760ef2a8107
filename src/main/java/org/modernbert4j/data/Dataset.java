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
     * How many rows a file has.
     *
     * @param rows of the file
     * @param withoutLabel rows that have no label
     * @param withoutText rows that have a label and no text
     */
    record Counts(int rows, int withoutLabel, int withoutText) {}

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
        Counts counts =
                scan(TableFile.of(file), new LabelledData.Columns(textColumn, labelColumn), missing, examples::add);
        return new Dataset(examples, counts.rows(), counts.withoutLabel(), counts.withoutText());
    }

    /** Reads a file as {@link #read} does; keeps nothing, but hands on each complete row. */
    static Counts scan(TableFile table, LabelledData.Columns columns, MissingValues missing, Consumer<Example> each) {
        int[] without = new int[2];
        int rows = table.read(List.of(columns.label(), columns.text()), row -> {
            Optional<String> label = row.value(0, missing);
            Optional<String> text = label.isEmpty() ? label : row.value(1, missing);
            if (text.isPresent()) {
                each.accept(new Example(row.row(), row.line(), text.get(), label.get()));
            } else {
                without[label.isEmpty() ? 0 : 1]++;
            }
        });
        if (without[0] + without[1] == rows) {
            throw new InputException(table.path() + ": none of its " + rows + " rows has both \"" + columns.text()
                    + "\" and \"" + columns.label() + "\"; name other columns or fill them in");
        }
        return new Counts(rows, without[0], without[1]);
    }
}
