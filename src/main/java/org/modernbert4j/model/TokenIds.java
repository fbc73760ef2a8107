package org.modernbert4j.model;

import java.util.OptionalInt;

/**
 * The special tokens that the network knows.
 *
 * @param pad token that fills a row up; empty if the model has none
 * @param cls first token of a text; empty if the model has none
 * @param sep last token of a text; empty if the model has none
 */
public record TokenIds(OptionalInt pad, OptionalInt cls, OptionalInt sep) {
    void checkBelow(int vocabularySize) {
        check("pad_token_id", pad, vocabularySize);
        check("cls_token_id", cls, vocabularySize);
        check("sep_token_id", sep, vocabularySize);
    }

    private static void check(String field, OptionalInt id, int vocabularySize) {
        id.ifPresent(token -> Checks.require(
                token >= 0 && token < vocabularySize,
                field,
                token,
                "null or a token below vocab_size " + vocabularySize));
    }
}
