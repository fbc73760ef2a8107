package org.modernbert4j.checkpoint;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.modernbert4j.InputException;
import org.modernbert4j.OutputFile;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonFile;
import org.modernbert4j.model.Head;

/**
 * What {@code config.json} has no field for: which head a saved classifier has and how long its texts may be. Kept in {@code
 * head.json} beside it.
 *
 * @param head name of the head, one of {@link Head#names}
 * @param dropout of its training
 * @param maxLength tokens that a text is cut to
 */
public record HeadSettings(String head, double dropout, int maxLength) {
    private static final String FILE = "head.json";
    private static final String HEAD = "head";
    private static final String DROPOUT = "dropout";
    private static final String MAX_LENGTH = "maxLength";
    private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

    /**
     * Writes the file.
     *
     * @throws InputException if it cannot be written
     */
    public void write(Path folder) {
        JsonObject fields = new JsonObject();
        fields.addProperty(HEAD, head);
        fields.addProperty(DROPOUT, dropout);
        fields.addProperty(MAX_LENGTH, maxLength);
        OutputFile.write(folder.resolve(FILE), GSON.toJson(fields), "make room");
    }

    /**
     * Reads the file.
     *
     * @throws InputException if it is missing or broken, or names a head that is not there
     */
    public static HeadSettings read(Path folder) {
        Path file = folder.resolve(FILE);
        return find(folder)
                .orElseThrow(() -> new InputException(file + ": no such file; use a folder that train saved"));
    }

    /**
     * Reads the file, if the folder has it.
     *
     * @throws InputException if it is broken, or names a head that is not there
     */
    public static Optional<HeadSettings> find(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        JsonFields fields = JsonFile.read(file, "train again");
        String head = fields.text(HEAD);
        if (!Head.names().contains(head)) {
            throw fields.error(HEAD, head, "one of " + Head.names());
        }
        return Optional.of(new HeadSettings(
                head, fields.number(DROPOUT), fields.get(MAX_LENGTH).integerFrom(1)));
    }

    /** The head, for some classes. */
    public Head head(int classes) {
        return Head.named(head, classes, dropout);
    }
}
