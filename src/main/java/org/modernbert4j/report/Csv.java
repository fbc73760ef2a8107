package org.modernbert4j.report;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;

/** Writes RFC 4180, with a line feed alone at the end of each line. Numbers are written in full and for no locale. */
final class Csv {
    private Csv() {}

    static String of(List<String> header, Stream<List<?>> rows) {
        return Stream.concat(Stream.of(header), rows)
                .map(row -> CSVFormat.RFC4180.format(row.toArray()) + "\n")
                .collect(Collectors.joining());
    }
}
