package org.modernbert4j.train;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.modernbert4j.InputException;
import org.modernbert4j.model.Head;

/**
 * What {@code config.json} has no field for: which head a saved classifier has and how long its texts may be. Kept in {@code
 * head.json} beside it.
 *
 * @param head name of the head
 * @param dropout of its training
 * @param maxLength tokens that a text is cut to
 */
public record HeadSettings(String head, double dropout, int maxLength) {
    private static final String FILE = "head.json";
    private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

    /** Writes the file. */
    void write(Path folder) {
        try {
            Files.writeString(folder.resolve(FILE), GSON.toJson(this));
        } catch (IOException e) {
            throw new InputException(folder.resolve(FILE) + ": cannot be written (" + e.getMessage() + ")", e);
        }
    }

    /**
     * Reads the file.
     *
     * @throws InputException if it is missing or broken
     */
    static HeadSettings read(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            throw new InputException(file + ": no such file; use a folder that train saved");
        }
        try {
            return GSON.fromJson(Files.readString(file), HeadSettings.class);
        } catch (IOException | JsonParseException e) {
            throw new InputException(file + ": cannot be read (" + e.getMessage() + "); train again", e);
        }
    }

    /**
     * Reads the file, if the folder has it.
     *
     * @throws InputException if it is broken
     */
    public static Optional<HeadSettings> find(Path folder) {
        return Files.exists(folder.resolve(FILE)) ? Optional.of(read(folder)) : Optional.empty();
    }

    /** The head, for some classes. */
    public Head head(int classes) {
        return Head.named(head, classes, dropout);
    }
}
