package org.modernbert4j.data;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;

/** Writes RFC 4180, with a line feed alone at the end of each line. Numbers are written in full and for no locale. */
public final class Csv {
    private Csv() {}

    /** The text of one row. */
    public static String row(List<?> cells) {
        return CSVFormat.RFC4180.format(cells.toArray()) + "\n";
    }

    /** The text of a table. */
    public static String of(List<String> header, Stream<? extends List<?>> rows) {
        return row(header) + rows.map(Csv::row).collect(Collectors.joining());
    }
}
