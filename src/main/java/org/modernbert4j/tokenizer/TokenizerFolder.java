package org.modernbert4j.tokenizer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.modernbert4j.InputException;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonFile;

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
    private static final String REMEDY = "restore the file or delete it";

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
     * @throws InputException if a file is not JSON or a field in it of the wrong type, or no file names a padding token
     */
    static TokenizerFolder read(Path folder) {
        JsonFields tokenizerConfig = readIfPresent(folder.resolve(TOKENIZER_CONFIG));
        Vocabulary vocabulary = Vocabulary.of(JsonFile.read(folder.resolve(TOKENIZER), REMEDY));
        SpecialTokenFinder special = new SpecialTokenFinder(
                vocabulary,
                tokenizerConfig,
                readIfPresent(folder.resolve(SPECIAL_TOKENS_MAP)),
                readIfPresent(folder.resolve(MODEL_CONFIG)));
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

    private static JsonFields readIfPresent(Path file) {
        return Files.exists(file) ? JsonFile.read(file, REMEDY) : JsonFile.parse("{}", file.toString(), REMEDY);
    }

    /** Files written by transformers say 1e30 where they mean no limit. */
    private static OptionalInt modelMaxLength(JsonFields tokenizerConfig) {
        OptionalDouble length = tokenizerConfig.optionalNumber("model_max_length");
        return length.orElse(Double.MAX_VALUE) > Integer.MAX_VALUE
                ? OptionalInt.empty()
                : OptionalInt.of((int) length.getAsDouble());
    }
}
