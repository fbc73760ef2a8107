package org.modernbert4j.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.modernbert4j.InputException;

/**
 * The labelled texts of a CSV file.
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
     * <p>The file is UTF-8, packed or not ({@code .csv}, {@code .csv.gz}, or {@code .zip} with one {@code .csv}), its first line a
     * header, its delimiter a comma, or a semicolon or tab where only that gives the header both columns. A row too short to
     * have a column lacks that value. Blank lines are no rows.
     *
     * @param file the table
     * @param textColumn name of the column with the texts
     * @param labelColumn name of the column with the labels
     * @param missing what becomes of rows that lack one of them
     * @throws InputException if the file is absent, of another type, damaged, empty or not UTF-8; if a column is not there or
     *     there twice; if a row has more fields than the header or a quote that does not close; if a text or label is only
     *     white space, or missing where that is refused; if no row is left
     */
    public static Dataset read(Path file, String textColumn, String labelColumn, MissingValues missing) {
        List<CsvTable.Row> rows = CsvTable.read(file, List.of(labelColumn, textColumn));
        List<Example> examples = new ArrayList<>();
        int withoutLabel = 0;
        int withoutText = 0;
        for (CsvTable.Row row : rows) {
            Optional<String> label = row.value(0, missing);
            if (label.isEmpty()) {
                withoutLabel++;
                continue;
            }
            Optional<String> text = row.value(1, missing);
            if (text.isEmpty()) {
                withoutText++;
                continue;
            }
            examples.add(new Example(row.row(), text.get(), label.get()));
        }
        if (examples.isEmpty()) {
            throw new InputException(file + ": none of its " + rows.size() + " rows has both \"" + textColumn
                    + "\" and \"" + labelColumn + "\"; name other columns or fill them in");
        }
        return new Dataset(examples, rows.size(), withoutLabel, withoutText);
    }
}
