package org.modernbert4j.tokenizer;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.modernbert4j.InputException;

/** Reads one JSON object from a file. */
final class JsonFile {
    private JsonFile() {}

    /**
     * The object in the file, or an empty one where there is no such file.
     *
     * @throws InputException if the file cannot be read or holds anything but one JSON object
     */
    static JsonObject readIfPresent(Path file) {
        return Files.exists(file) ? read(file) : new JsonObject();
    }

    /**
     * The object in the file.
     *
     * @throws InputException if the file cannot be read or holds anything but one JSON object
     */
    static JsonObject read(Path file) {
        try (Reader reader = Files.newBufferedReader(file)) {
            JsonElement element = JsonParser.parseReader(reader);
            if (element.isJsonObject()) {
                return element.getAsJsonObject();
            }
            throw new InputException(file + ": no JSON object where one is wanted; restore the file or delete it");
        } catch (IOException | JsonParseException e) {
            throw new InputException(
                    file + ": cannot be read as JSON (" + FirstLine.of(e) + "); restore the file or delete it", e);
        }
    }
}
