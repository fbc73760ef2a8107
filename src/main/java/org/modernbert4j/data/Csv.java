package org.modernbert4j.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.modernbert4j.SettingException;

/** RFC 4180. What is written has a line feed alone at the end of each line. Numbers are written in full and for no locale. */
public final class Csv {
    private Csv() {}

    /** The text of one row. */
    public static String row(List<?> cells) {
        return CSVFormat.RFC4180.format(cells.toArray()) + "\n";
    }

    /**
     * The cells of a row, such as {@code "a, b",c}.
     *
     * @throws SettingException if a quote does not close
     */
    public static List<String> cells(String row) {
        try (CSVParser parser = CSVParser.parse(row, CSVFormat.RFC4180)) {
            return parser.stream().flatMap(CSVRecord::stream).toList();
        } catch (IOException | UncheckedIOException e) {
            throw new SettingException(
                    row + ": has a quote that does not close, expected a list with commas; close it, and write a quote"
                            + " inside quotes twice",
                    e);
        }
    }

    /** The text of a table. */
    public static String of(List<String> header, Stream<? extends List<?>> rows) {
        return row(header) + rows.map(Csv::row).collect(Collectors.joining());
    }
}
