package org.modernbert4j.tokenizer;

import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Ids of the tokens that stand for no text.
 *
 * <p>Each is looked for in this order: special_tokens_map.json and tokenizer_config.json ({@code pad_token}, a string or an object with
 * {@code content}; {@link TokenizerSettings} says which of the two wins), config.json ({@code pad_token_id}, if there is such a
 * token), and last a token that is spelled {@code [PAD]}. A token that the first two name and tokenizer.json lacks is added, as
 * transformers does.
 *
 * @param pad fills up what a text leaves free
 * @param cls opens a text; its vector stands for the whole text
 * @param sep closes a text
 * @param mask stands where a token was hidden
 * @param unk stands for what the vocabulary cannot spell; byte-level vocabularies spell everything
 */
public record SpecialTokens(OptionalInt pad, OptionalInt cls, OptionalInt sep, OptionalInt mask, OptionalInt unk) {
    /** Those that there are. */
    public IntStream all() {
        return Stream.of(pad, cls, sep, mask, unk).flatMapToInt(OptionalInt::stream);
    }
}
