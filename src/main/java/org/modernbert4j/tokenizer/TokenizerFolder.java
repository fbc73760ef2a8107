package org.modernbert4j.tokenizer;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.modernbert4j.InputException;

/**
 * What the files of a tokenizer folder say besides how to split a text.
 *
 * @param vocabularySize rows that an embedding needs
 * @param specialTokens ids of the tokens that stand for no text
 * @param modelMaxLength the longest text that the model was made for, in tokens
 */
record TokenizerFolder(int vocabularySize, SpecialTokens specialTokens, OptionalInt modelMaxLength) {
    static final String TOKENIZER = "tokenizer.json";
    static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    static final String SPECIAL_TOKENS_MAP = "special_tokens_map.json";
    static final String MODEL_CONFIG = "config.json";

    /**
     * The folder's tokenizer.json.
     *
     * @throws InputException if there is none
     */
    static Path tokenizerFile(Path folder) {
        Path file = folder.resolve(TOKENIZER);
        if (!Files.isRegularFile(file)) {
            throw new InputException(folder + ": no " + TOKENIZER + " in this folder; a tokenizer folder must hold "
                    + TOKENIZER + " and may hold " + TOKENIZER_CONFIG + ", " + SPECIAL_TOKENS_MAP + " and "
                    + MODEL_CONFIG
                    + "; give the folder of a downloaded or saved checkpoint");
        }
        return file;
    }

    /**
     * Reads a folder whose tokenizer.json the native library has already accepted.
     *
     * @throws InputException if a file is not JSON, or no file names a padding token
     */
    static TokenizerFolder read(Path folder) {
        JsonObject tokenizerConfig = JsonFile.readIfPresent(folder.resolve(TOKENIZER_CONFIG));
        Vocabulary vocabulary = Vocabulary.of(JsonFile.read(folder.resolve(TOKENIZER)));
        SpecialTokenFinder special = new SpecialTokenFinder(
                vocabulary,
                tokenizerConfig,
                JsonFile.readIfPresent(folder.resolve(SPECIAL_TOKENS_MAP)),
                JsonFile.readIfPresent(folder.resolve(MODEL_CONFIG)));
        int pad = special.find(SpecialRole.PAD)
                .orElseThrow(() -> new InputException(folder + ": no padding token that " + TOKENIZER
                        + " knows; set pad_token in " + TOKENIZER_CONFIG + " to one of its tokens"));
        return new TokenizerFolder(
                vocabulary.size(),
                new SpecialTokens(
                        pad,
                        special.find(SpecialRole.CLS),
                        special.find(SpecialRole.SEP),
                        special.find(SpecialRole.MASK),
                        special.find(SpecialRole.UNK)),
                modelMaxLength(tokenizerConfig));
    }

    /** Files written by transformers say 1e30 where they mean no limit. */
    private static OptionalInt modelMaxLength(JsonObject tokenizerConfig) {
        JsonElement length = tokenizerConfig.get("model_max_length");
        if (length == null
                || !length.isJsonPrimitive()
                || !length.getAsJsonPrimitive().isNumber()
                || length.getAsDouble() > Integer.MAX_VALUE) {
            return OptionalInt.empty();
        }
        return OptionalInt.of((int) length.getAsDouble());
    }
}
