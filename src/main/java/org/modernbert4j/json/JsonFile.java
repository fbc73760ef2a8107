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
    private final JsonPlace whole;
    private final JsonReader reader;

    private JsonFile(JsonPlace whole, String text, Strictness strictness) {
        this.whole = whole;
        reader = new JsonReader(new StringReader(text));
        reader.setStrictness(strictness);
    }

    /**
     * Reads a file.
     *
     * @param file in UTF-8
     * @param remedy what to do about an error; messages end with it
     * @throws InputException if the file cannot be read, is not one JSON object, or an object in it has a name twice
     */
    public static JsonFields read(Path file, String remedy) {
        return parse(text(file, remedy), file.toString(), remedy);
    }

    /**
     * Reads a file in which numbers may also be {@code NaN}, {@code Infinity} and {@code -Infinity}, as Python and Gson write them:
     * {@link JsonValue#anyNumber} gives them. Other deviations from standard JSON, such as comments, are not refused.
     *
     * @param file in UTF-8
     * @param remedy as of {@link #read}
     * @throws InputException as of {@link #read}
     */
    public static JsonFields readWithNonFinite(Path file, String remedy) {
        JsonPlace whole = new JsonPlace(file.toString(), "", remedy);
        return new JsonFile(whole, text(file, remedy), Strictness.LENIENT).document();
    }

    /**
     * Reads a text.
     *
     * @param where what the text is; messages begin with it
     * @param remedy as of {@link #read}
     * @throws InputException if the text is not one JSON object, or an object in it has a name twice
     */
    public static JsonFields parse(String text, String where, String remedy) {
        return new JsonFile(new JsonPlace(where, "", remedy), text, Strictness.STRICT).document();
    }

    private static String text(Path file, String remedy) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            String found = Files.exists(file) ? "cannot be read as UTF-8 (" + e + ")" : "no such file";
            throw new InputException(file + ": " + found + "; " + remedy, e);
        }
    }

    private JsonFields document() {
        try {
            JsonElement document = element(whole);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw whole.error("more after the JSON", "one object");
            }
            return new JsonValue(whole, document).fields();
        } catch (EOFException e) {
            throw whole.error("found broken JSON that ends too early, expected one whole object", e);
        } catch (IOException | JsonParseException e) {
            String line = String.valueOf(e.getMessage()).replaceFirst("(?s).*?(?= at line)", "");
            throw whole.error(
                    "found broken JSON" + line.lines().findFirst().orElse("") + ", expected one whole object", e);
        }
    }

    private JsonElement element(JsonPlace place) throws IOException {
        return switch (reader.peek()) {
            case BEGIN_OBJECT -> object(place);
            case BEGIN_ARRAY -> array(place);
            default -> JsonParser.parseReader(reader);
        };
    }

    private JsonObject object(JsonPlace place) throws IOException {
        JsonObject object = new JsonObject();
        reader.beginObject();
        while (reader.hasNext()) {
            String name = reader.nextName();
            if (object.has(name)) {
                throw place.child(name).error("it twice", "each name once");
            }
            object.add(name, element(place.child(name)));
        }
        reader.endObject();
        return object;
    }

    private JsonArray array(JsonPlace place) throws IOException {
        JsonArray array = new JsonArray();
        reader.beginArray();
        while (reader.hasNext()) {
            array.add(element(place.item(array.size())));
        }
        reader.endArray();
        return array;
    }
}
