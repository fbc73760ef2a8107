package org.modernbert4j.tokenizer;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.modernbert4j.OutputFile;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonFile;

/** The names of the files of a tokenizer. A folder has the first, and may lack the others. */
public final class TokenizerFiles {
    /** How texts are split. */
    public static final String TOKENIZER = "tokenizer.json";

    /** The length of texts, and tokens by what they are for. */
    public static final String CONFIG = "tokenizer_config.json";

    /** Tokens by what they are for. */
    public static final String SPECIAL_TOKENS = "special_tokens_map.json";

    /** Tokens to add, of older tokenizers. */
    static final String ADDED_TOKENS = "added_tokens.json";

    /** All. */
    public static final List<String> NAMES = List.of(TOKENIZER, CONFIG, SPECIAL_TOKENS, ADDED_TOKENS);

    static final String REMEDY = "restore the file or delete it";
    private static final String MAX_LENGTH = "model_max_length";
    private static final String FORMER_MAX_LENGTH = "max_len";

    private TokenizerFiles() {}

    /** The fields of a file; none if there is no such file. */
    static JsonFields readIfPresent(Path file) {
        return JsonFile.readIfPresent(file, REMEDY);
    }

    /**
     * The longest text that the model was made for, in tokens; empty if its tokenizer does not tell.
     *
     * @param folder of the tokenizer
     * @throws org.modernbert4j.InputException if the file that tells it cannot be read
     */
    public static OptionalInt maxLength(Path folder) {
        return maxLength(readIfPresent(folder.resolve(CONFIG)));
    }

    /** The same, from the fields of {@value #CONFIG}. Files written by transformers say 1e30 where they mean no limit. */
    static OptionalInt maxLength(JsonFields config) {
        return config.find(config.has(MAX_LENGTH) ? MAX_LENGTH : FORMER_MAX_LENGTH)
                .map(length -> length.numberFrom(1))
                .filter(length -> length <= Integer.MAX_VALUE)
                .map(length -> OptionalInt.of(length.intValue()))
                .orElse(OptionalInt.empty());
    }

    /**
     * Writes the longest text that the model was made for into {@value #CONFIG}, which may be missing and else stays as it is.
     *
     * @throws org.modernbert4j.InputException if the file cannot be read or written
     */
    public static void writeMaxLength(Path folder, int length) {
        Path file = folder.resolve(CONFIG);
        OutputFile.write(file, readIfPresent(file).textWith(MAX_LENGTH, length), "make room");
    }
}
