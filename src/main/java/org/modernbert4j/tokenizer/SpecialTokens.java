package org.modernbert4j.tokenizer;

import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Ids of the tokens that stand for no text.
 *
 * <p>Each is looked for in this order, and the first source that names a token of tokenizer.json wins:
 * tokenizer_config.json ({@code pad_token}, a string or an object with {@code content}), special_tokens_map.json (the
 * same keys), config.json ({@code pad_token_id}), and last a token of tokenizer.json that is spelled {@code [PAD]}. In
 * tokenizer.json a spelling under {@code added_tokens} wins over the same one in the model's vocabulary.
 *
 * @param pad fills up what a text leaves free
 * @param cls opens a text; its vector stands for the whole text
 * @param sep closes a text
 * @param mask stands where a token was hidden
 * @param unk stands for what the vocabulary cannot spell; byte-level vocabularies spell everything
 */
public record SpecialTokens(int pad, OptionalInt cls, OptionalInt sep, OptionalInt mask, OptionalInt unk) {
    /** Those that there are. */
    public IntStream all() {
        return IntStream.concat(
                IntStream.of(pad), Stream.of(cls, sep, mask, unk).flatMapToInt(OptionalInt::stream));
    }
}
