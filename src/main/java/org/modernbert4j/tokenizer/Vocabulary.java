package org.modernbert4j.tokenizer;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Which id each token of a tokenizer.json has.
 *
 * @param ids id of each token, by its spelling in the file
 */
record Vocabulary(Map<String, Integer> ids) {
    /** Reads a tokenizer.json that the native library has already accepted. */
    static Vocabulary of(JsonObject tokenizer) {
        Map<String, Integer> ids = new HashMap<>();
        JsonElement model = tokenizer.getAsJsonObject("model").get("vocab");
        if (model.isJsonArray()) {
            putInOrder(model.getAsJsonArray(), ids);
        } else {
            model.getAsJsonObject().asMap().forEach((token, id) -> ids.put(token, id.getAsInt()));
        }
        if (tokenizer.get("added_tokens") instanceof JsonArray added) {
            putAdded(added, ids);
        }
        return new Vocabulary(Map.copyOf(ids));
    }

    /** Unigram models list pairs of token and score; a token's id is its place. */
    private static void putInOrder(JsonArray scored, Map<String, Integer> ids) {
        for (int id = 0; id < scored.size(); id++) {
            ids.put(scored.get(id).getAsJsonArray().get(0).getAsString(), id);
        }
    }

    private static void putAdded(JsonArray added, Map<String, Integer> ids) {
        for (JsonElement element : added) {
            JsonObject token = element.getAsJsonObject();
            ids.put(token.get("content").getAsString(), token.get("id").getAsInt());
        }
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
