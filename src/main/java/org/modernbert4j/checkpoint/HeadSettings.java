package org.modernbert4j.checkpoint;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.modernbert4j.InputException;
import org.modernbert4j.OutputFile;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonFile;
import org.modernbert4j.model.Head;

/**
 * The head of a saved classifier and its maximum text length, which {@code config.json} has no fields for. Stored next to it in
 * {@code head.json}; the fields have the names of these components.
 *
 * @param head name of the head, one of {@link Head#names}
 * @param dropout dropout rate in training
 * @param maxLength maximum tokens; longer texts are cut
 */
public record HeadSettings(String head, double dropout, int maxLength) {
    /** The name of the file. */
    public static final String FILE = "head.json";

    private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

    /**
     * Writes the file.
     *
     * @throws InputException if it cannot be written
     */
    public void write(Path folder) {
        OutputFile.write(folder.resolve(FILE), GSON.toJson(this), "make room");
    }

    /**
     * Reads the file.
     *
     * @throws InputException if it is missing or broken, or names an unknown head
     */
    public static HeadSettings read(Path folder) {
        return find(folder)
                .orElseThrow(() ->
                        new InputException(folder.resolve(FILE) + ": no such file; use a folder that train saved"));
    }

    /**
     * Reads the file, if the folder has it.
     *
     * @throws InputException if it is broken, or names an unknown head
     */
    public static Optional<HeadSettings> find(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        JsonFields fields = JsonFile.read(file, "train again");
        String head = fields.text("head");
        if (!Head.names().contains(head)) {
            throw fields.error("head", head, "one of " + Head.names());
        }
        double dropout = fields.number("dropout");
        if (dropout < 0 || dropout >= 1) {
            throw fields.error("dropout", dropout, "a share from 0 to below 1");
        }
        return Optional.of(
                new HeadSettings(head, dropout, fields.get("maxLength").integerFrom(1)));
    }

    /** The head, for a number of classes. */
    public Head head(int classes) {
        return Head.named(head, classes, dropout);
    }
}
