package org.modernbert4j.safetensors;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.modernbert4j.InputException;

/** Reads JSON by the letter of its standard, and refuses a name given twice, which a map would hide. */
final class StrictJson {
    /** Reads the document from its first token to its last. */
    @FunctionalInterface
    interface Document {
        void read(StrictJson json) throws IOException;
    }

    /** Reads the value of one field. */
    @FunctionalInterface
    interface Field {
        void read(String name) throws IOException;
    }

    private static final int LARGEST_COUNT_BITS = Long.SIZE - 1;

    private final JsonReader reader;
    private final String where;

    private StrictJson(JsonReader reader, String where) {
        this.reader = reader;
        this.where = where;
    }

    /**
     * Reads a whole text.
     *
     * @param where what the text is, for messages
     * @throws InputException if the text is not JSON, or not what {@code document} wants
     */
    static void read(String text, String where, Document document) {
        JsonReader reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        StrictJson json = new StrictJson(reader, where);
        try {
            document.read(json);
            json.expect(JsonToken.END_DOCUMENT, "the JSON");
        } catch (IOException e) {
            String problem = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new InputException(
                    where + ": broken JSON, wanted one whole object (" + problem + "); get or save the file again", e);
        }
    }

    void object(String what, Field field) throws IOException {
        expect(JsonToken.BEGIN_OBJECT, what);
        reader.beginObject();
        Set<String> names = new HashSet<>();
        while (reader.hasNext()) {
            String name = reader.nextName();
            if (!names.add(name)) {
                throw error("%s has %s twice, wanted each name once".formatted(what, name));
            }
            field.read(name);
        }
        reader.endObject();
    }

    String string(String what) throws IOException {
        expect(JsonToken.STRING, what);
        return reader.nextString();
    }

    List<Long> counts(String what) throws IOException {
        expect(JsonToken.BEGIN_ARRAY, what);
        reader.beginArray();
        List<Long> counts = new ArrayList<>();
        while (reader.hasNext()) {
            counts.add(count(what));
        }
        reader.endArray();
        return counts;
    }

    void skip() throws IOException {
        reader.skipValue();
    }

    InputException error(String problem) {
        return new InputException(where + ": " + problem + "; get or save the file again");
    }

    private long count(String what) throws IOException {
        expect(JsonToken.NUMBER, what);
        String digits = reader.nextString();
        if (!digits.matches("[0-9]+") || new BigInteger(digits).bitLength() > LARGEST_COUNT_BITS) {
            throw error("%s has %s, wanted whole numbers from 0 to %d".formatted(what, digits, Long.MAX_VALUE));
        }
        return Long.parseLong(digits);
    }

    private void expect(JsonToken wanted, String what) throws IOException {
        JsonToken found = reader.peek();
        if (found != wanted) {
            throw error("%s: found %s, wanted %s".formatted(what, found, wanted));
        }
    }
}
