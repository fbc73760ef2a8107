package org.modernbert4j.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.modernbert4j.InputException;
import org.modernbert4j.Reason;

/**
 * A file that holds a table: CSV or JSON lines, plain, gzipped or zipped, or Parquet. Its content tells which; of CSV named
 * {@code .tsv} the delimiter is first looked for as a tab.
 *
 * @param path where it is
 * @param format how it is written if it is CSV; others take {@link CsvFormat#USUAL} alone
 */
public record TableFile(Path path, CsvFormat format) {
    /** A file of the usual format. */
    public static TableFile of(Path path) {
        return new TableFile(path, CsvFormat.USUAL);
    }

    /** The same file elsewhere. */
    public TableFile at(Path elsewhere) {
        return new TableFile(elsewhere, format);
    }

    /**
     * Reads every row.
     *
     * @param columns names of those that are wanted
     * @param each is given one row after the other
     * @return the number of rows, at least one
     * @throws InputException if the file cannot be read as a table with one column of each name and at least one row, or has
     *     more rows than {@link RowLimit} allows
     */
    int read(List<String> columns, Consumer<Row> each) {
        return with(reader -> reader.read(columns, new RowLimit(path.toString()), each));
    }

    /** The same for a caller that keeps no rows: there may be any number of them. */
    int stream(List<String> columns, Consumer<Row> each) {
        return with(reader -> reader.read(columns, RowLimit.ofStream(path.toString()), each));
    }

    /**
     * The columns that the file has, as {@link TableReader#headers} gives them.
     *
     * @throws InputException if the file cannot be read
     */
    List<List<String>> headers() {
        return with(TableReader::headers);
    }

    /** What is done with an open table. */
    private interface Use<T> {
        T of(TableReader reader) throws IOException;
    }

    private <T> T with(Use<T> use) {
        try (TableReader reader = TableSource.open(this)) {
            return use.of(reader);
        } catch (IOException unreadable) {
            throw new InputException(
                    path + ": cannot be read (" + Reason.of(unreadable) + "); get or save the file again", unreadable);
        }
    }
}
