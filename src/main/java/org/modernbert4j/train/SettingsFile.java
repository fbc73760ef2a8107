package org.modernbert4j.train;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.modernbert4j.FileHash;
import org.modernbert4j.InputException;

/** {@value #NAME} of a run's folder: all its settings, the hashes of its files, and where it runs. */
public final class SettingsFile {
    /** The file's name. */
    static final String NAME = "run.json";

    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private SettingsFile() {}

    /**
     * Writes the file, into a folder that is made for it.
     *
     * @param stored a record of its fields
     * @throws InputException if it cannot be written
     */
    public static void write(Path run, Object stored) {
        Path file = run.resolve(NAME);
        try {
            Files.createDirectories(run);
            Files.writeString(file, GSON.toJson(stored));
        } catch (IOException e) {
            throw new InputException(file + ": cannot be written (" + e + "); use another output folder", e);
        }
    }

    /**
     * Reads the file.
     *
     * @param type the record that was written
     * @param isWhole whether one has all that it must have: another kind of run has other fields
     * @param wanted what it must have, for the message
     * @throws InputException if it is missing, broken or not whole
     */
    public static <T> T read(Path run, Class<T> type, Predicate<T> isWhole, String wanted) {
        Path file = run.resolve(NAME);
        if (!Files.exists(file)) {
            throw new InputException(file + ": no such file; resume from the output folder of a run");
        }
        try {
            T stored = GSON.fromJson(Files.readString(file), type);
            if (stored == null || !isWhole.test(stored)) {
                throw new JsonParseException("no " + wanted + " in it");
            }
            return stored;
        } catch (IOException | JsonParseException e) {
            throw new InputException(file + ": cannot be read (" + e.getMessage() + "); begin anew", e);
        }
    }

    /**
     * Refuses a file that has changed since a run began.
     *
     * @param sha256 that it had
     * @throws InputException if it has another one, or cannot be read
     */
    public static void requireUnchanged(Path file, String sha256) {
        if (!FileHash.sha256(file).equals(sha256)) {
            throw new InputException(
                    file + ": is not what it was when the run began; put the old file back, or begin anew");
        }
    }

    /** Settings by their names. */
    public static JsonObject byName(Object settings) {
        return GSON.toJsonTree(settings).getAsJsonObject();
    }
}
