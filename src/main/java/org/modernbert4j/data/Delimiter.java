package org.modernbert4j.data;

import java.io.IOException;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;

/** Finds what separates the fields of a CSV file. */
final class Delimiter {
    private static final List<Character> KNOWN = List.of(',', ';', '\t');

    private Delimiter() {}

    /** The first delimiter, comma before semicolon before tab, that gives the header all the columns; else the comma. */
    static char of(String headerLine, List<String> columns) throws IOException {
        for (char delimiter : KNOWN) {
            if (fields(headerLine, delimiter).containsAll(columns)) {
                return delimiter;
            }
        }
        return ',';
    }

    private static List<String> fields(String line, char delimiter) throws IOException {
        CSVFormat forgiving = CSVFormat.DEFAULT
                .builder()
                .setDelimiter(delimiter)
                .setTrailingData(true)
                .setLenientEof(true)
                .get();
        try (CSVParser parser = CSVParser.parse(line, forgiving)) {
            return parser.iterator().next().toList();
        }
    }
}
