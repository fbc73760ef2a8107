package org.modernbert4j.train;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.modernbert4j.InputException;

/** {@code trainer_state.json} of a checkpoint: where its run was. */
public final class StateFile {
    private static final String NAME = "trainer_state.json";
    private static final Gson GSON = new GsonBuilder()
            .serializeSpecialFloatingPointValues()
            .setPrettyPrinting()
            .create();

    private StateFile() {}

    /**
     * Writes the file.
     *
     * @param state a record of its fields
     * @throws InputException if it cannot be written
     */
    public static void write(Path folder, Object state) {
        Path file = folder.resolve(NAME);
        try {
            Files.writeString(file, GSON.toJson(state));
        } catch (IOException e) {
            throw new InputException(file + ": cannot be written (" + e.getMessage() + ")", e);
        }
    }

    /**
     * Reads the file.
     *
     * @param type the record that was written
     * @throws InputException if it is missing or broken
     */
    public static <T> T read(Path folder, Class<T> type) {
        Path file = folder.resolve(NAME);
        try {
            return GSON.fromJson(Files.readString(file), type);
        } catch (IOException | JsonParseException e) {
            throw new InputException(file + ": cannot be read (" + e.getMessage() + "); use another folder", e);
        }
    }
}
