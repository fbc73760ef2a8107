package org.modernbert4j.tokenizer;

import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonValue;

/**
 * Looks for special tokens in the order that {@link SpecialTokens} gives.
 *
 * @param vocabulary the tokens of tokenizer.json
 * @param tokenizerConfig tokenizer_config.json, empty if absent
 * @param specialTokensMap special_tokens_map.json, empty if absent
 * @param modelConfig config.json, empty if absent
 */
record SpecialTokenFinder(
        Vocabulary vocabulary, JsonFields tokenizerConfig, JsonFields specialTokensMap, JsonFields modelConfig) {
    OptionalInt find(SpecialRole role) {
        return Stream.<Supplier<OptionalInt>>of(
                        () -> named(tokenizerConfig, role),
                        () -> named(specialTokensMap, role),
                        () -> numbered(role),
                        () -> vocabulary.id(role.usualName()))
                .map(Supplier::get)
                .filter(OptionalInt::isPresent)
                .findFirst()
                .orElse(OptionalInt.empty());
    }

    /** A token is given by its spelling, or by an object with its spelling as content. */
    private OptionalInt named(JsonFields file, SpecialRole role) {
        return file.find(role.nameKey())
                .map(token -> token.isObject() ? token.fields().text("content") : token.text())
                .map(vocabulary::id)
                .orElse(OptionalInt.empty());
    }

    private OptionalInt numbered(SpecialRole role) {
        return modelConfig
                .find(role.idKey())
                .map(JsonValue::integer)
                .filter(vocabulary.ids()::containsValue)
                .map(OptionalInt::of)
                .orElse(OptionalInt.empty());
    }
}
