package org.modernbert4j.tokenizer;

import com.google.gson.JsonObject;
import java.util.List;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonValue;

/**
 * A token that is found in a text as a whole, before the rest is split.
 *
 * @param content its spelling
 * @param singleWord whether it is found only where no letter stands beside it
 * @param lstrip whether it takes the white space before it along
 * @param rstrip whether it takes the white space after it along
 * @param normalized whether it is looked for in the normalized text, not in the text as given
 * @param special whether it stands for no text
 */
record AddedToken(
        String content, boolean singleWord, boolean lstrip, boolean rstrip, boolean normalized, boolean special) {
    /** A special one, given by its spelling, or by an object with that as {@code content}. */
    static AddedToken special(JsonValue value) {
        return value.isObject() ? read(value.fields(), true).asSpecial() : of(value.text(), true);
    }

    /** The fields of all those of a tokenizer.json. */
    static List<JsonFields> listed(JsonFields tokenizer) {
        return tokenizer
                .find("added_tokens")
                .map(tokens -> tokens.list(JsonValue::fields))
                .orElse(List.of());
    }

    /** One that takes no white space along. */
    static AddedToken of(String content, boolean special) {
        return new AddedToken(content, false, false, false, !special, special);
    }

    /**
     * One of its fields.
     *
     * @param special where they do not say whether it is
     */
    static AddedToken read(JsonFields fields, boolean special) {
        boolean isSpecial = fields.flag("special", special);
        return new AddedToken(
                fields.text("content"),
                fields.flag("single_word", false),
                fields.flag("lstrip", false),
                fields.flag("rstrip", false),
                fields.flag("normalized", !isSpecial),
                isSpecial);
    }

    /** The same, but special. */
    AddedToken asSpecial() {
        return new AddedToken(content, singleWord, lstrip, rstrip, normalized, true);
    }

    /** As tokenizer.json has it. */
    JsonObject toJson(int id) {
        JsonObject json = new JsonObject();
        json.addProperty("id", id);
        json.addProperty("content", content);
        json.addProperty("single_word", singleWord);
        json.addProperty("lstrip", lstrip);
        json.addProperty("rstrip", rstrip);
        json.addProperty("normalized", normalized);
        json.addProperty("special", special);
        return json;
    }
}
