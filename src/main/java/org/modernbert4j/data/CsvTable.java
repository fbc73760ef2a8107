package org.modernbert4j.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
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
    private final Path file;
    private final List<String> columns;
    private final Utf8Reader reader;
    private final CSVParser parser;
    private final Iterator<CSVRecord> records;

    private CsvTable(Path file, List<String> columns, Utf8Reader reader, CSVParser parser) {
        this.file = file;
        this.columns = columns;
        this.reader = reader;
        this.parser = parser;
        this.records = parser.iterator();
    }

    /**
     * Reads every row.
     *
     * @return at least one
     * @throws InputException if the file cannot be read as a table with one column of each name and at least one row
     */
    static List<CsvRow> read(Path file, List<String> columns) {
        try {
            CSVFormat format = CSVFormat.DEFAULT
                    .builder()
                    .setDelimiter(Delimiter.of(headerLine(file), columns))
                    .get();
            try (Utf8Reader reader = new Utf8Reader(lines(file));
                    CSVParser parser = format.parse(reader)) {
                return new CsvTable(file, columns, reader, parser).readAll();
            }
        } catch (IOException unreadable) {
            throw new InputException(
                    file + ": cannot be read (" + unreadable.getMessage() + "); check that the file is whole",
                    unreadable);
        }
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
                        file + ": is empty, wanted a header line and rows; check that it is the right file");
            }
            return line;
        }
    }

    private List<CsvRow> readAll() throws IOException {
        List<String> header = next().toList();
        int[] positions =
                columns.stream().mapToInt(column -> position(header, column)).toArray();
        List<CsvRow> rows = new ArrayList<>();
        for (CSVRecord values = next(); values != null; values = next()) {
            if (values.size() > header.size()) {
                throw new InputException(file + " line " + firstLine(values) + ": " + values.size() + " fields, wanted "
                        + header.size() + " as in the header; put fields that hold the delimiter in double quotes");
            }
            rows.add(new CsvRow(rows.size(), cells(values, positions)));
        }
        if (rows.isEmpty()) {
            throw new InputException(file + ": has a header and no rows; check that it is the right file");
        }
        return rows;
    }

    /** The next record that is no blank line, or null after the last. */
    private CSVRecord next() throws IOException {
        long readLines = parser.getCurrentLineNumber();
        try {
            while (records.hasNext()) {
                CSVRecord values = records.next();
                if (!isBlank(values)) {
                    return values;
                }
                readLines = parser.getCurrentLineNumber();
            }
            return null;
        } catch (UncheckedIOException failed) {
            if (failed.getCause() instanceof CSVException) {
                throw new InputException(
                        file + " line " + (readLines + 1)
                                + ": the row that begins here has a quoted field that does not end"
                                + " with a quote before a delimiter; write a quote inside quotes twice (\"\")",
                        failed);
            }
            throw failed.getCause();
        }
    }

    private boolean isBlank(CSVRecord values) {
        return values.size() == 1 && values.get(0).isBlank() && reader.isBlank(parser.getCurrentLineNumber());
    }

    private int position(List<String> header, String column) {
        int count = Collections.frequency(header, column);
        if (count != 1) {
            String found = count == 0 ? "no column" : count + " columns";
            throw new InputException(file + ": " + found + " named \"" + column + "\" among " + header
                    + ", wanted one; name another column or correct the header");
        }
        return header.indexOf(column);
    }

    private List<Cell> cells(CSVRecord values, int[] positions) {
        long line = firstLine(values);
        List<Cell> cells = new ArrayList<>(positions.length);
        for (int i = 0; i < positions.length; i++) {
            String value = positions[i] < values.size() ? values.get(positions[i]) : "";
            cells.add(new Cell(file, line, columns.get(i), value));
        }
        return cells;
    }

    /** The parser knows the line where a record ends; those inside its quotes come before. */
    private long firstLine(CSVRecord values) {
        long inside = values.stream()
                .mapToLong(value -> value.split("\r\n|\r|\n", -1).length - 1L)
                .sum();
        return parser.getCurrentLineNumber() - inside;
    }
}
