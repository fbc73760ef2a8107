package org.modernbert4j.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.modernbert4j.data.MissingValues;
import org.modernbert4j.data.Text;
import org.modernbert4j.data.Texts;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The texts that a command works on: those of its arguments, of a file, or of standard input. */
final class TextInput {
    private static final String STANDARD_INPUT = "standard input";

    @Option(
            names = {"--file", "--data"},
            paramLabel = "FILE",
            description = "Texts: one a line, or a CSV file with --text.")
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
     * @throws InputException if there is none, or they cannot be read
     */
    Texts read() {
        if (!arguments.isEmpty()) {
            List<Text> texts = new ArrayList<>();
            arguments.forEach(text -> texts.add(new Text(texts.size(), text)));
            return new Texts(texts, texts.size());
        }
        if (file != null) {
            return column == null ? Texts.readLines(file) : Texts.readCsv(file, column, MissingValues.DROP);
        }
        return column == null
                ? Texts.readLines(System.in, STANDARD_INPUT)
                : Texts.readCsv(System.in, STANDARD_INPUT, column, MissingValues.DROP);
    }
}
