package org.modernbert4j.cli;

import org.modernbert4j.data.CsvFormat;
import org.modernbert4j.data.CsvFormat.Quotes;
import picocli.CommandLine.Option;

/** {@code --delimiter} and {@code --quote}: how CSV files are written. */
final class CsvOptions {
    @Option(
            names = "--delimiter",
            paramLabel = "CHAR",
            description = "What stands between the fields of CSV, such as '|' or tab; found unless given.")
    private String delimiter;

    @Option(
            names = "--quote",
            paramLabel = "NAME",
            description =
                    "Quotes in CSV: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}). double: they enclose fields, and two"
                            + " stand for one. backslash: \\\" also stands for one. none: they are characters like others.")
    private Quotes quotes = CsvFormat.USUAL.quotes();

    /**
     * The format that they describe.
     *
     * @throws org.modernbert4j.SettingException if the delimiter cannot be one
     */
    CsvFormat format() {
        return CsvFormat.of(delimiter, quotes);
    }
}
