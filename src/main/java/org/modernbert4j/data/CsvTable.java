package org.modernbert4j.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.modernbert4j.InputException;
import org.modernbert4j.NearNames;
import org.modernbert4j.Reason;

/**
 * Reads some columns of a CSV file as pandas does, except that a first row longer than the header is an error
 * too (pandas makes its first columns an index). Rows are handed on one by one; the table keeps none.
 */
final class CsvTable {
    private static final List<Character> DELIMITERS = List.of(',', ';', '\t');

    /** Columns that an error lists; of a wider table, those of near names. */
    private static final int SHOWN = 20;

    private final List<String> columns;
    private final Utf8Lines lines;
    private final CSVParser parser;
    private final Iterator<CSVRecord> records;

    /** Lines that were read before the current record. */
    private long linesBefore;

    private CsvTable(List<String> columns, Utf8Lines lines, CSVParser parser) {
        this.columns = columns;
        this.lines = lines;
        this.parser = parser;
        this.records = parser.iterator();
    }

    /**
     * One row of a table.
     *
     * @param file what errors call the file
     * @param columns names of the requested columns
     * @param row counted from 0 at the first row after the header; blank lines are no rows
     * @param line where it begins in the file, counted from 1
     * @param values as read, in the order of {@code columns}; empty where the row is too short
     */
    record Row(String file, List<String> columns, int row, long line, List<String> values) {
        /**
         * The value of a column; empty if it is missing.
         *
         * @param column place among the requested columns
         * @throws InputException if the value is missing and that is refused, or if it is nothing but white space
         */
        Optional<String> value(int column, MissingValues policy) {
            String value = values.get(column);
            if (!MissingValues.isMissing(value)) {
                if (MissingValues.isWhiteSpace(value)) {
                    throw error(column, "holds only white space");
                }
                return Optional.of(value);
            }
            if (policy == MissingValues.REFUSE) {
                throw error(column, "is missing (\"" + value + "\")");
            }
            return Optional.empty();
        }

        private InputException error(int column, String found) {
            return new InputException(file + " line " + line + ": column \"" + columns.get(column) + "\" " + found
                    + ", expected a value; fill it in or delete the row");
        }
    }

    /**
     * Reads every row of a file.
     *
     * @param each is given one row after the other
     * @return the number of rows, at least one
     * @throws InputException if the file cannot be read as a table with one column of each name and at least one row, or has
     *     more rows than {@link RowLimit} allows
     */
    static int read(Path file, List<String> columns, Consumer<Row> each) {
        try (InputStream in = CsvSource.open(file)) {
            return read(in, file.toString(), columns, each);
        } catch (IOException unreadable) {
            throw new InputException(
                    file + ": cannot be read (" + Reason.of(unreadable) + "); get or save the file again", unreadable);
        }
    }

    /**
     * Reads every row of a stream, as {@link #read(Path, List, Consumer)} does.
     *
     * @param name what errors call the stream
     * @throws IOException if it cannot be read
     */
    static int read(InputStream in, String name, List<String> columns, Consumer<Row> each) throws IOException {
        Utf8Lines lines = new Utf8Lines(in, name);
        String header = lines.lookAtFirst();
        if (header == null) {
            throw new InputException(
                    name + ": is empty, expected a header line and rows; check that it is the right file");
        }
        CSVFormat format = format(delimiter(header, columns)).get();
        try (CSVParser parser = format.parse(lines)) {
            return new CsvTable(columns, lines, parser).readAll(each);
        }
    }

    private static CSVFormat.Builder format(char delimiter) {
        return CSVFormat.DEFAULT.builder().setDelimiter(delimiter).setIgnoreEmptyLines(false);
    }

    /** The first delimiter, comma before semicolon before tab, that gives the header all the columns; else the comma. */
    private static char delimiter(String headerLine, List<String> columns) throws IOException {
        for (char delimiter : DELIMITERS) {
            CSVFormat forgiving =
                    format(delimiter).setTrailingData(true).setLenientEof(true).get();
            try (CSVParser parser = CSVParser.parse(headerLine, forgiving)) {
                if (parser.iterator().next().toList().containsAll(columns)) {
                    return delimiter;
                }
            }
        }
        return DELIMITERS.get(0);
    }

    private int readAll(Consumer<Row> each) throws IOException {
        List<String> header = next().toList();
        int[] positions =
                columns.stream().mapToInt(column -> position(header, column)).toArray();
        RowLimit limit = new RowLimit(lines.name());
        int rows = 0;
        for (CSVRecord record = next(); record != null; record = next()) {
            if (record.size() > header.size()) {
                throw new InputException(lines.name() + " line " + (linesBefore + 1) + ": found " + record.size()
                        + " fields, expected " + header.size()
                        + " as in the header; put fields that hold the delimiter in double quotes");
            }
            CSVRecord found = record;
            List<String> requested = Arrays.stream(positions)
                    .mapToObj(position -> position < found.size() ? found.get(position) : "")
                    .toList();
            each.accept(new Row(lines.name(), columns, rows, linesBefore + 1, requested));
            rows++;
            limit.check(rows);
        }
        if (rows == 0) {
            throw new InputException(lines.name() + ": has a header and no rows; check that it is the right file");
        }
        return rows;
    }

    /** The next record that is no blank line, or null after the last. */
    private CSVRecord next() throws IOException {
        try {
            beginRow();
            while (records.hasNext()) {
                CSVRecord values = records.next();
                if (!isBlank(values)) {
                    return values;
                }
                beginRow();
            }
            return null;
        } catch (UncheckedIOException failed) {
            if (failed.getCause() instanceof CSVException) {
                throw new InputException(
                        lines.name() + " line " + (linesBefore + 1)
                                + ": the row that begins here has a quoted field that does not end"
                                + " with a quote before a delimiter; write a quote inside quotes twice (\"\")",
                        failed);
            }
            throw failed.getCause();
        }
    }

    private void beginRow() {
        linesBefore = parser.getCurrentLineNumber();
        lines.beginRow(linesBefore + 1);
    }

    private boolean isBlank(CSVRecord values) {
        return values.size() == 1 && values.get(0).isBlank() && lines.isBlank(parser.getCurrentLineNumber());
    }

    private int position(List<String> header, String column) {
        int count = Collections.frequency(header, column);
        if (count != 1) {
            String found = count == 0 ? "no column" : count + " columns";
            String among = header.size() <= SHOWN
                    ? header.toString()
                    : header.size() + " columns"
                            + NearNames.of(column, header)
                                    .map(near -> ", near names: " + near)
                                    .orElse("");
            throw new InputException(lines.name() + ": found " + found + " named \"" + column + "\" among " + among
                    + ", expected one; name another column or correct the header");
        }
        return header.indexOf(column);
    }
}
