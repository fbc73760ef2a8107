package org.modernbert4j.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.modernbert4j.InputException;

/**
 * Reads some columns of a CSV file as pandas does, except that a first row longer than the header is an error
 * too (pandas makes its first columns an index).
 */
final class CsvTable {
    private static final List<Character> DELIMITERS = List.of(',', ';', '\t');

    private final Path file;
    private final List<String> columns;
    private final Utf8Lines lines;
    private final CSVParser parser;
    private final Iterator<CSVRecord> records;

    /** Lines that were read before the current record. */
    private long linesBefore;

    private CsvTable(Path file, List<String> columns, Utf8Lines lines, CSVParser parser) {
        this.file = file;
        this.columns = columns;
        this.lines = lines;
        this.parser = parser;
        this.records = parser.iterator();
    }

    /**
     * One row of a table.
     *
     * @param file where it stands
     * @param columns names of the requested columns
     * @param row counted from 0 at the first row after the header; blank lines are no rows
     * @param line where it begins in the file, counted from 1
     * @param values as read, in the order of {@code columns}; empty where the row is too short
     */
    record Row(Path file, List<String> columns, int row, long line, List<String> values) {
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
     * Reads every row.
     *
     * @return at least one
     * @throws InputException if the file cannot be read as a table with one column of each name and at least one row
     */
    static List<Row> read(Path file, List<String> columns) {
        try {
            CSVFormat format = format(delimiter(headerLine(file), columns)).get();
            try (Utf8Lines lines = lines(file);
                    CSVParser parser = format.parse(lines)) {
                return new CsvTable(file, columns, lines, parser).readAll();
            }
        } catch (IOException unreadable) {
            throw new InputException(
                    file + ": cannot be read (" + unreadable.getMessage() + "); check that the file is whole",
                    unreadable);
        }
    }

    private static CSVFormat.Builder format(char delimiter) {
        return CSVFormat.DEFAULT.builder().setDelimiter(delimiter).setIgnoreEmptyLines(false);
    }

    private static Utf8Lines lines(Path file) throws IOException {
        return new Utf8Lines(CsvSource.open(file), file.toString());
    }

    private static String headerLine(Path file) throws IOException {
        try (Utf8Lines lines = lines(file)) {
            String line = lines.next();
            while (line != null && line.isBlank()) {
                line = lines.next();
            }
            if (line == null) {
                throw new InputException(
                        file + ": is empty, expected a header line and rows; check that it is the right file");
            }
            return line;
        }
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

    private List<Row> readAll() throws IOException {
        List<String> header = next().toList();
        int[] positions =
                columns.stream().mapToInt(column -> position(header, column)).toArray();
        List<Row> rows = new ArrayList<>();
        for (CSVRecord record = next(); record != null; record = next()) {
            List<String> values = record.toList();
            if (values.size() > header.size()) {
                throw new InputException(file + " line " + (linesBefore + 1) + ": found " + values.size()
                        + " fields, expected " + header.size()
                        + " as in the header; put fields that hold the delimiter in double quotes");
            }
            List<String> requested = Arrays.stream(positions)
                    .mapToObj(position -> position < values.size() ? values.get(position) : "")
                    .toList();
            rows.add(new Row(file, columns, rows.size(), linesBefore + 1, requested));
        }
        if (rows.isEmpty()) {
            throw new InputException(file + ": has a header and no rows; check that it is the right file");
        }
        return rows;
    }

    /** The next record that is no blank line, or null after the last. */
    private CSVRecord next() throws IOException {
        try {
            linesBefore = parser.getCurrentLineNumber();
            while (records.hasNext()) {
                CSVRecord values = records.next();
                if (!isBlank(values)) {
                    return values;
                }
                linesBefore = parser.getCurrentLineNumber();
            }
            return null;
        } catch (UncheckedIOException failed) {
            if (failed.getCause() instanceof CSVException) {
                throw new InputException(
                        file + " line " + (linesBefore + 1)
                                + ": the row that begins here has a quoted field that does not end"
                                + " with a quote before a delimiter; write a quote inside quotes twice (\"\")",
                        failed);
            }
            throw failed.getCause();
        }
    }

    private boolean isBlank(CSVRecord values) {
        return values.size() == 1 && values.get(0).isBlank() && lines.isBlank(parser.getCurrentLineNumber());
    }

    private int position(List<String> header, String column) {
        int count = Collections.frequency(header, column);
        if (count != 1) {
            String found = count == 0 ? "no column" : count + " columns";
            throw new InputException(file + ": found " + found + " named \"" + column + "\" among " + header
                    + ", expected one; name another column or correct the header");
        }
        return header.indexOf(column);
    }
}
