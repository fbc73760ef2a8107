package org.modernbert4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.modernbert4j.InputException;
import org.modernbert4j.data.MissingValues;
import org.modernbert4j.data.Text;
import org.modernbert4j.data.Texts;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The texts that a command works on: those of its arguments, of a file, or of standard input. */
final class TextInput {
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
        return column == null ? Texts.readLines(System.in, "standard input") : csvOfStandardInput();
    }

    private Texts csvOfStandardInput() {
        try {
            Path copy = Files.createTempFile("standard-input", ".csv");
            try {
                Files.copy(System.in, copy, StandardCopyOption.REPLACE_EXISTING);
                return Texts.readCsv(copy, column, MissingValues.DROP);
            } finally {
                Files.delete(copy);
            }
        } catch (IOException e) {
            throw new InputException("standard input: cannot be read (" + e.getMessage() + "); use --file", e);
        }
    }
}
