package org.modernbert4j.tokenizer;

import java.util.Locale;

/** What a special token is for, in the order of the ids that {@link BpeTrainer} gives. */
enum SpecialRole {
    CLS,
    SEP,
    PAD,
    UNK,
    MASK;

    /** How BERT and ModernBERT spell it: {@code [CLS]}. */
    String usualName() {
        return "[" + name() + "]";
    }

    /** Where tokenizer_config.json and special_tokens_map.json keep its spelling: {@code cls_token}. */
    String nameKey() {
        return name().toLowerCase(Locale.ROOT) + "_token";
    }

    /** Where config.json keeps its id: {@code cls_token_id}. */
    String idKey() {
        return nameKey() + "_id";
    }
}
