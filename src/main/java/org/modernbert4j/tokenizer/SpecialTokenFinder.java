package org.modernbert4j.tokenizer;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Looks for special tokens in the order that {@link SpecialTokens} gives.
 *
 * @param vocabulary the tokens of tokenizer.json
 * @param tokenizerConfig tokenizer_config.json, empty if absent
 * @param specialTokensMap special_tokens_map.json, empty if absent
 * @param modelConfig config.json, empty if absent
 */
record SpecialTokenFinder(
        Vocabulary vocabulary, JsonObject tokenizerConfig, JsonObject specialTokensMap, JsonObject modelConfig) {
    OptionalInt find(SpecialRole role) {
        return Stream.<Supplier<OptionalInt>>of(
                        () -> named(tokenizerConfig.get(role.nameKey())),
                        () -> named(specialTokensMap.get(role.nameKey())),
                        () -> numbered(modelConfig.get(role.idKey())),
                        () -> vocabulary.id(role.usualName()))
                .map(Supplier::get)
                .filter(OptionalInt::isPresent)
                .findFirst()
                .orElse(OptionalInt.empty());
    }

    private OptionalInt named(JsonElement value) {
        JsonElement name = value instanceof JsonObject token ? token.get("content") : value;
        return name instanceof JsonPrimitive spelling ? vocabulary.id(spelling.getAsString()) : OptionalInt.empty();
    }

    private OptionalInt numbered(JsonElement value) {
        return value instanceof JsonPrimitive id
                        && id.isNumber()
                        && vocabulary.ids().containsValue(id.getAsInt())
                ? OptionalInt.of(id.getAsInt())
                : OptionalInt.empty();
    }
}
