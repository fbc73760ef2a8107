package org.modernbert4j.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.modernbert4j.InputException;

/** Reads a file of one JSON object. */
public final class JsonFile {
    private final JsonSource source;
    private final JsonReader reader;

    private JsonFile(JsonSource source, String text, Strictness strictness) {
        this.source = source;
        reader = new JsonReader(new StringReader(text));
        reader.setStrictness(strictness);
    }

    /**
     * Reads a file.
     *
     * @param file in UTF-8
     * @param remedy what to do about a file that is not as it should be; messages end with it
     * @throws InputException if the file cannot be read, is not one JSON object, or an object in it has a name twice
     */
    public static JsonFields read(Path file, String remedy) {
        return parse(text(file, remedy), file.toString(), remedy);
    }

    /**
     * Reads a file in which numbers may also be {@code NaN}, {@code Infinity} and {@code -Infinity}, as Python and Gson write them:
     * {@link JsonValue#anyNumber} gives them. What else is not standard JSON, such as comments, is not refused.
     *
     * @param file in UTF-8
     * @param remedy what to do about a file that is not as it should be
     * @throws InputException as of {@link #read}
     */
    public static JsonFields readWithNonFinite(Path file, String remedy) {
        JsonSource source = new JsonSource(file.toString(), remedy);
        return new JsonFile(source, text(file, remedy), Strictness.LENIENT).document();
    }

    /**
     * Reads a text.
     *
     * @param text of one JSON object
     * @param where what the text is; messages begin with it
     * @param remedy what to do about a text that is not as it should be; messages end with it
     * @throws InputException if the text is not one JSON object, or an object in it has a name twice
     */
    public static JsonFields parse(String text, String where, String remedy) {
        return new JsonFile(new JsonSource(where, remedy), text, Strictness.STRICT).document();
    }

    private static String text(Path file, String remedy) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new InputException(file + ": cannot be read as UTF-8 (" + e + "); " + remedy, e);
        }
    }

    private JsonFields document() {
        try {
            JsonElement document = element("");
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw source.error("", "more after the JSON", "one object", null);
            }
            return new JsonValue(source, "", document).fields();
        } catch (EOFException e) {
            throw source.error("", "broken JSON that ends too early", "one whole object", e);
        } catch (IOException | JsonParseException e) {
            String place = String.valueOf(e.getMessage()).replaceFirst("(?s).*?(?= at line)", "");
            throw source.error("", "broken JSON" + place.lines().findFirst().orElse(""), "one whole object", e);
        }
    }

    private JsonElement element(String path) throws IOException {
        return switch (reader.peek()) {
            case BEGIN_OBJECT -> object(path);
            case BEGIN_ARRAY -> array(path);
            default -> JsonParser.parseReader(reader);
        };
    }

    private JsonObject object(String path) throws IOException {
        JsonObject object = new JsonObject();
        reader.beginObject();
        while (reader.hasNext()) {
            String name = reader.nextName();
            String child = JsonSource.child(path, name);
            if (object.has(name)) {
                throw source.error(child, "it twice", "each name once", null);
            }
            object.add(name, element(child));
        }
        reader.endObject();
        return object;
    }

    private JsonArray array(String path) throws IOException {
        JsonArray array = new JsonArray();
        reader.beginArray();
        while (reader.hasNext()) {
            array.add(element(JsonSource.item(path, array.size())));
        }
        reader.endArray();
        return array;
    }
}
