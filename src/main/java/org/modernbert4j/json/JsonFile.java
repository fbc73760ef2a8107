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
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.modernbert4j.GitLfs;
import org.modernbert4j.InputException;
import org.modernbert4j.InputPath;
import org.modernbert4j.Reason;

/** Reads a file of one JSON object. */
public final class JsonFile {
    /** Where in the text the JSON breaks; the library's other words are for its callers. */
    private static final Pattern LINE = Pattern.compile(" at line \\d+ column \\d+");

    private static final String OBJECT = "object";

    /** The largest tokenizers have some 30 MB. */
    private static final long MOST_BYTES = 1 << 28;

    private final JsonPlace whole;
    private final JsonReader reader;
    private final String kind;

    private JsonFile(JsonPlace whole, String text, Strictness strictness, String kind) {
        this.whole = whole;
        this.kind = kind;
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

    /** The fields of a file as {@link #read} gives them; none if there is no such file. */
    public static JsonFields readIfPresent(Path file, String remedy) {
        return Files.exists(file) ? read(file, remedy) : parse("{}", file.toString(), remedy);
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
        return new JsonFile(whole, text(file, remedy), Strictness.LENIENT, OBJECT).document();
    }

    /**
     * Reads a file of one JSON array.
     *
     * @param file in UTF-8
     * @param remedy as of {@link #read}
     * @param read reads each element
     * @throws InputException as of {@link #read}, or if the file is not one JSON array
     */
    public static <T> List<T> readList(Path file, String remedy, Function<JsonValue, T> read) {
        JsonPlace whole = new JsonPlace(file.toString(), "", remedy);
        return new JsonFile(whole, text(file, remedy), Strictness.STRICT, "array")
                .value()
                .list(read);
    }

    /**
     * Reads a text.
     *
     * @param where what the text is; messages begin with it
     * @param remedy as of {@link #read}
     * @throws InputException if the text is not one JSON object, or an object in it has a name twice
     */
    public static JsonFields parse(String text, String where, String remedy) {
        return new JsonFile(new JsonPlace(where, "", remedy), text, Strictness.STRICT, OBJECT).document();
    }

    private static String text(Path file, String remedy) {
        if (!Files.exists(file)) {
            throw new InputException(file + ": no such file; " + remedy);
        }
        try {
            InputPath.file(file, "a JSON file");
            if (Files.size(file) > MOST_BYTES) {
                throw new InputException(file + ": found " + Files.size(file) + " bytes, expected at most " + MOST_BYTES
                        + " of JSON; " + remedy);
            }
            String text = Files.readString(file);
            GitLfs.refusePointer(file, text);
            return text;
        } catch (IOException e) {
            throw new InputException(
                    file + ": cannot be read (" + Reason.of(e) + "), expected JSON in UTF-8; " + remedy, e);
        }
    }

    private JsonFields document() {
        return value().fields();
    }

    private JsonValue value() {
        try {
            JsonElement document = element(whole);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw whole.error("more after the JSON", "one " + kind);
            }
            return new JsonValue(whole, document);
        } catch (EOFException e) {
            throw whole.error("found broken JSON that ends too early, expected one whole " + kind, e);
        } catch (IOException | JsonParseException e) {
            Matcher place = LINE.matcher(String.valueOf(e.getMessage()));
            String line = place.find() ? place.group() : "";
            throw whole.error("found broken JSON" + line + ", expected one whole " + kind, e);
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
