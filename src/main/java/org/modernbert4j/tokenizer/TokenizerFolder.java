package org.modernbert4j.tokenizer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.modernbert4j.InputException;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonFile;
import org.modernbert4j.json.JsonValue;

/**
 * What the files of a tokenizer folder say besides how to split a text.
 *
 * @param vocabulary of tokenizer.json, and the tokens that other files add
 * @param specialTokens ids of the tokens that stand for no text
 * @param settings of the files beside tokenizer.json
 */
record TokenizerFolder(Vocabulary vocabulary, SpecialTokens specialTokens, TokenizerSettings settings) {
    /** The model's, which this room does not know. */
    private static final String MODEL_CONFIG = "config.json";

    /** Of tokenizers that have no tokenizer.json yet. */
    private static final List<String> OLDER_VOCABULARIES =
            List.of("vocab.txt", "vocab.json", "spiece.model", "sentencepiece.bpe.model", "tokenizer.model");

    private static final List<String> MODELS = List.of("BPE", "Unigram", "WordPiece", "WordLevel");

    /**
     * The folder's tokenizer.json.
     *
     * @throws InputException if there is none
     */
    static Path tokenizerFile(Path folder) {
        Path file = folder.resolve(TokenizerFiles.TOKENIZER);
        if (Files.isRegularFile(file)) {
            return file;
        }
        String missing = folder + ": no " + TokenizerFiles.TOKENIZER + " in this folder";
        for (String older : OLDER_VOCABULARIES) {
            if (Files.exists(folder.resolve(older))) {
                throw new InputException(("%s, only a %s; make one in Python: from transformers import AutoTokenizer; "
                                + "AutoTokenizer.from_pretrained(\"%s\").save_pretrained(\"%s\")")
                        .formatted(missing, older, folder, folder));
            }
        }
        throw new InputException(
                missing + "; a tokenizer folder must hold " + TokenizerFiles.TOKENIZER + " and may hold "
                        + TokenizerFiles.CONFIG + ", " + TokenizerFiles.SPECIAL_TOKENS + " and " + MODEL_CONFIG
                        + "; give the folder of a downloaded or saved checkpoint");
    }

    /**
     * The fields of the folder's tokenizer.json.
     *
     * @throws InputException if there is none, it is not JSON, or its model is of an unknown type
     */
    static JsonFields tokenizer(Path folder) {
        JsonFields tokenizer = JsonFile.read(tokenizerFile(folder), TokenizerFiles.REMEDY);
        tokenizer.fieldsOrNone("model").find("type").ifPresent(type -> type.choice(MODELS, name -> name));
        return tokenizer;
    }

    /**
     * Reads a folder.
     *
     * @param tokenizer the fields of its tokenizer.json
     * @throws InputException if a file is not JSON or a field in it of the wrong type
     */
    static TokenizerFolder read(Path folder, JsonFields tokenizer) {
        Vocabulary vocabulary = new Vocabulary(tokenizer);
        TokenizerSettings settings = TokenizerSettings.read(folder, tokenizer);
        settings.added().forEach(vocabulary::add);
        JsonFields modelConfig = TokenizerFiles.readIfPresent(folder.resolve(MODEL_CONFIG));
        Roles roles = new Roles(vocabulary, settings, modelConfig);
        SpecialTokens specialTokens = new SpecialTokens(
                roles.id(SpecialRole.PAD),
                roles.id(SpecialRole.CLS),
                roles.id(SpecialRole.SEP),
                roles.id(SpecialRole.MASK),
                roles.id(SpecialRole.UNK));
        return new TokenizerFolder(vocabulary, specialTokens, settings);
    }

    /** Where special tokens are looked for, in the order that {@link SpecialTokens} gives. */
    private record Roles(Vocabulary vocabulary, TokenizerSettings settings, JsonFields modelConfig) {
        OptionalInt id(SpecialRole role) {
            String spelling = Optional.ofNullable(settings.named().get(role.nameKey()))
                    .map(AddedToken::content)
                    .orElse("");
            return Optional.of(vocabulary.id(spelling))
                    .filter(OptionalInt::isPresent)
                    .or(() -> modelConfig
                            .find(role.idKey())
                            .map(JsonValue::integer)
                            .filter(vocabulary::has)
                            .map(OptionalInt::of))
                    .orElseGet(() -> vocabulary.id(role.usualName()));
        }
    }
}
