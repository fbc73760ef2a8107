package org.modernbert4j.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.modernbert4j.SettingException;
import org.modernbert4j.data.MissingValues;
import org.modernbert4j.data.Texts;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The texts that a command works on: those of its arguments, of a file, or of standard input. */
final class TextInput {
    /** Names of tables; their content would be read as one text a line, with the header. */
    private static final Pattern TABLE = Pattern.compile("(?i).*\\.(csv|tsv)(\\.gz|\\.zip)?|.*\\.zip");

    private static final String STANDARD_INPUT = "standard input";

    @Option(
            names = {"--file", "--data"},
            paramLabel = "FILE",
            description = "Texts: one a line, or with --text a table: .csv, .csv.gz or .zip.")
    private Path file;

    @Option(
            names = "--text",
            paramLabel = "COLUMN",
            description = "The file or standard input is CSV, and this is the column of the texts.")
    private String column;

    @Parameters(paramLabel = "TEXT", description = "Texts.")
    private List<String> arguments = List.of();

    /** The files that are read. */
    List<Path> files() {
        return file == null ? List.of() : List.of(file);
    }

    /**
     * Reads them.
     *
     * @throws org.modernbert4j.InputException if there is none, they cannot be read, or a table is given without a column
     */
    Texts read() {
        if (!arguments.isEmpty()) {
            if (file != null || column != null) {
                throw new SettingException(
                        "found texts among the arguments beside " + (file != null ? "--file" : "--text")
                                + "; give the one or the other, and put a text with spaces into quotes");
            }
            return Texts.of("argument", arguments);
        }
        if (file != null) {
            if (column == null && TABLE.matcher(file.toString()).matches()) {
                throw new SettingException("Missing option: --text, as " + file
                        + " is named as a table; name the column of the texts, or give a .txt");
            }
            return column == null ? Texts.readLines(file) : Texts.readCsv(file, column, MissingValues.DROP);
        }
        return column == null
                ? Texts.readLines(System.in, STANDARD_INPUT)
                : Texts.readCsv(System.in, STANDARD_INPUT, column, MissingValues.DROP);
    }
}
