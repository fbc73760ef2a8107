package org.modernbert4j.tokenizer;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.modernbert4j.InputException;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonValue;

/**
 * Which id each token of a tokenizer.json has.
 *
 * @param ids id of each token, by its spelling in the file
 */
record Vocabulary(Map<String, Integer> ids) {
    /**
     * Reads a tokenizer.json.
     *
     * @throws InputException if a token or an id is missing or of the wrong type
     */
    static Vocabulary of(JsonFields tokenizer) {
        JsonValue vocabulary = tokenizer.fields("model").get("vocab");
        Map<String, Integer> ids = vocabulary.isObject() ? vocabulary.map(JsonValue::integer) : inOrder(vocabulary);
        tokenizer.find("added_tokens").ifPresent(added -> added.list(JsonValue::fields)
                .forEach(token -> ids.put(token.text("content"), token.integer("id"))));
        return new Vocabulary(Map.copyOf(ids));
    }

    /** Unigram models list pairs of token and score; a token's id is its place. */
    private static Map<String, Integer> inOrder(JsonValue scored) {
        Map<String, Integer> ids = new HashMap<>();
        scored.list(pair -> pair.item(0).text()).forEach(token -> ids.put(token, ids.size()));
        return ids;
    }

    OptionalInt id(String token) {
        Integer id = ids.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** One more than the largest id: the rows that an embedding needs. */
    int size() {
        return 1 + ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
    }
}
