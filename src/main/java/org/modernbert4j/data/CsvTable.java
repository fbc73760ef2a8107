package org.modernbert4j.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.modernbert4j.InputException;

/**
 * CSV as pandas reads it, except that a first row longer than the header is an error too (pandas makes its first columns an
 * index).
 */
final class CsvTable implements TableReader {
    private static final List<Character> DELIMITERS = List.of(',', ';', '\t');

    private final Utf8Lines lines;
    private final CsvFormat format;
    private final List<Character> delimiters;

    /**
     * @param lines of the file
     * @param isTabs whether its name says that tabs stand between its fields
     */
    CsvTable(Utf8Lines lines, CsvFormat format, boolean isTabs) {
        this.lines = lines;
        this.format = format;
        List<Character> order = new ArrayList<>(DELIMITERS);
        if (isTabs) {
            order.add(0, order.remove(order.size() - 1));
        }
        delimiters = format.delimiter().map(List::of).orElse(List.copyOf(order));
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }

    @Override
    public List<List<String>> headers() throws IOException {
        List<List<String>> headers = new ArrayList<>();
        for (char delimiter : delimiters) {
            headers.add(header(delimiter));
        }
        return headers;
    }

    /** The first row, which is still read afterwards. */
    private List<String> header(char delimiter) throws IOException {
        if (!lines.skipBlank()) {
            throw new InputException(
                    lines.name() + ": is empty, expected a header line and rows; check that it is the right file");
        }
        lines.mark();
        List<String> header = rows(delimiter).next();
        lines.reset();
        return header;
    }

    @Override
    public int read(List<String> columns, RowLimit limit, Consumer<Row> each) throws IOException {
        CsvRows rows = rows(delimiter(columns));
        List<String> header = rows.next();
        int[] places = new Header(lines.name(), header).places(columns);
        int count = 0;
        for (List<String> fields = rows.next(); fields != null; fields = rows.next()) {
            if (fields.size() > header.size()) {
                throw new InputException(lines.name() + " line " + rows.line() + ": found " + fields.size()
                        + " fields, expected " + header.size()
                        + " as in the header; put fields that hold the delimiter in double quotes, or name another"
                        + " --delimiter or --quote");
            }
            List<String> found = fields;
            List<Optional<String>> values = Arrays.stream(places)
                    .mapToObj(place -> place < found.size() ? Optional.of(found.get(place)) : Optional.<String>empty())
                    .toList();
            each.accept(new Row(lines.name(), columns, count, rows.line(), values, true));
            count++;
            limit.check(count);
        }
        if (count == 0) {
            throw new InputException(lines.name() + ": has a header and no rows; check that it is the right file");
        }
        return count;
    }

    /** The first delimiter that gives the header all the columns; else the first of all. */
    private char delimiter(List<String> columns) throws IOException {
        for (char delimiter : delimiters) {
            if (header(delimiter).containsAll(columns)) {
                return delimiter;
            }
        }
        return delimiters.get(0);
    }

    private CsvRows rows(char delimiter) {
        return new CsvRows(lines, delimiter, format.quotes());
    }
}
