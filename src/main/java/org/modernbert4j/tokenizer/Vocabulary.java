package org.modernbert4j.tokenizer;

import com.google.gson.JsonArray;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonValue;

/**
 * The tokens of a tokenizer.json and their ids, with tokens added later. As in the native library, an added token has the id of the
 * model's token of that spelling, or else the next free one: the ids that the file lists for added tokens do not count.
 */
final class Vocabulary {
    private final Map<String, Integer> ofModel = new HashMap<>();
    private final Map<String, AddedToken> added = new LinkedHashMap<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private final List<AddedToken> listed;
    private int largestAdded = -1;

    /**
     * The tokens of a tokenizer.json. Unigram models list tokens and scores in the order of the ids.
     *
     * @param tokenizer its fields
     * @throws org.modernbert4j.InputException if a field is missing or of the wrong type
     */
    Vocabulary(JsonFields tokenizer) {
        JsonValue vocabulary = tokenizer.fields("model").get("vocab");
        if (vocabulary.isObject()) {
            ofModel.putAll(vocabulary.map(Vocabulary::id));
        } else {
            vocabulary.list(pair -> pair.item(0).text()).forEach(token -> ofModel.put(token, ofModel.size()));
        }
        ids.putAll(ofModel);
        AddedToken.listed(tokenizer).forEach(token -> add(AddedToken.read(token, false)));
        listed = List.copyOf(added.values());
    }

    private static int id(JsonValue value) {
        int id = value.integerFrom(0);
        if (id == Integer.MAX_VALUE) {
            throw value.error("a smaller id");
        }
        return id;
    }

    /** Adds a token, or changes how one that is there is found. */
    void add(AddedToken token) {
        if (token.content().isEmpty()) {
            return;
        }
        added.put(token.content(), token);
        int id = ids.computeIfAbsent(token.content(), spelling -> Math.max(ofModel.size(), largestAdded + 1));
        largestAdded = Math.max(largestAdded, id);
    }

    /** Whether tokenizer.json itself lists all added tokens, as they are. */
    boolean isListed() {
        return listed.equals(List.copyOf(added.values()));
    }

    /** The id of a token. */
    OptionalInt id(String token) {
        return Optional.ofNullable(ids.get(token)).map(OptionalInt::of).orElse(OptionalInt.empty());
    }

    /** Whether a token has this id. */
    boolean has(int id) {
        return ids.containsValue(id);
    }

    /** One more than the largest id. */
    int size() {
        return 1 + ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
    }

    /** The added tokens as tokenizer.json has them. */
    JsonArray addedAsJson() {
        JsonArray json = new JsonArray();
        added.forEach((content, token) -> json.add(token.toJson(ids.get(content))));
        return json;
    }
}
