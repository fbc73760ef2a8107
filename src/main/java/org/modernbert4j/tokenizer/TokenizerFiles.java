package org.modernbert4j.tokenizer;

import java.util.List;

/** The names of the files of a tokenizer. A folder has the first, and may lack the others. */
public final class TokenizerFiles {
    /** How texts are split. */
    public static final String TOKENIZER = "tokenizer.json";

    /** The length of texts, and tokens by what they are for. */
    public static final String CONFIG = "tokenizer_config.json";

    /** Tokens by what they are for. */
    public static final String SPECIAL_TOKENS = "special_tokens_map.json";

    /** All. */
    public static final List<String> NAMES = List.of(TOKENIZER, CONFIG, SPECIAL_TOKENS);

    private TokenizerFiles() {}
}
