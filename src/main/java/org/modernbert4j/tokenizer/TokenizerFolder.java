package org.modernbert4j.tokenizer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.modernbert4j.InputException;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonFile;
import org.modernbert4j.json.JsonValue;

/**
 * What the files of a tokenizer folder say besides how to split a text.
 *
 * @param vocabularySize rows that an embedding needs
 * @param specialTokens ids of the tokens that stand for no text
 * @param modelMaxLength the longest text that the model was made for, in tokens
 */
record TokenizerFolder(int vocabularySize, SpecialTokens specialTokens, OptionalInt modelMaxLength) {
    /** The model's, which this room does not know. */
    private static final String MODEL_CONFIG = "config.json";

    private static final String REMEDY = "restore the file or delete it";

    /**
     * The folder's tokenizer.json.
     *
     * @throws InputException if there is none
     */
    static Path tokenizerFile(Path folder) {
        Path file = folder.resolve(TokenizerFiles.TOKENIZER);
        if (!Files.isRegularFile(file)) {
            throw new InputException(
                    folder + ": no " + TokenizerFiles.TOKENIZER + " in this folder; a tokenizer folder must hold "
                            + TokenizerFiles.TOKENIZER + " and may hold " + TokenizerFiles.CONFIG + ", "
                            + TokenizerFiles.SPECIAL_TOKENS + " and "
                            + MODEL_CONFIG
                            + "; give the folder of a downloaded or saved checkpoint");
        }
        return file;
    }

    /**
     * The fields of the folder's tokenizer.json.
     *
     * @throws InputException if there is none, or it is not JSON
     */
    static JsonFields tokenizer(Path folder) {
        return JsonFile.read(tokenizerFile(folder), REMEDY);
    }

    /**
     * Reads a folder.
     *
     * @param tokenizer the fields of its tokenizer.json
     * @throws InputException if a file is not JSON or a field in it of the wrong type, or no file names a padding token
     */
    static TokenizerFolder read(Path folder, JsonFields tokenizer) {
        JsonFields tokenizerConfig = TokenizerFiles.readIfPresent(folder.resolve(TokenizerFiles.CONFIG));
        Map<String, Integer> ids = ids(tokenizer);
        Sources sources = new Sources(
                ids,
                tokenizerConfig,
                TokenizerFiles.readIfPresent(folder.resolve(TokenizerFiles.SPECIAL_TOKENS)),
                TokenizerFiles.readIfPresent(folder.resolve(MODEL_CONFIG)));
        int pad = sources.id(SpecialRole.PAD)
                .orElseThrow(() -> new InputException(folder + ": no padding token that " + TokenizerFiles.TOKENIZER
                        + " knows; set pad_token in " + TokenizerFiles.CONFIG + " to one of its tokens"));
        return new TokenizerFolder(
                1 + ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1),
                new SpecialTokens(
                        pad,
                        sources.id(SpecialRole.CLS),
                        sources.id(SpecialRole.SEP),
                        sources.id(SpecialRole.MASK),
                        sources.id(SpecialRole.UNK)),
                TokenizerFiles.maxLength(tokenizerConfig));
    }

    /** The id of each token of a tokenizer.json by its spelling. Unigram models list tokens and scores in the order of the ids. */
    private static Map<String, Integer> ids(JsonFields tokenizer) {
        JsonValue vocabulary = tokenizer.fields("model").get("vocab");
        Map<String, Integer> ids = new HashMap<>();
        if (vocabulary.isObject()) {
            ids.putAll(vocabulary.map(TokenizerFolder::id));
        } else {
            vocabulary.list(pair -> pair.item(0).text()).forEach(token -> ids.put(token, ids.size()));
        }
        tokenizer.find("added_tokens").ifPresent(added -> added.list(JsonValue::fields)
                .forEach(token -> ids.put(token.text("content"), id(token.get("id")))));
        return ids;
    }

    private static int id(JsonValue value) {
        int id = value.integerFrom(0);
        if (id == Integer.MAX_VALUE) {
            throw value.error("a smaller id");
        }
        return id;
    }

    /**
     * Where special tokens are looked for, in the order that {@link SpecialTokens} gives.
     *
     * @param ids of the tokens of tokenizer.json
     * @param tokenizerConfig tokenizer_config.json, empty if absent
     * @param specialTokensMap special_tokens_map.json, empty if absent
     * @param modelConfig config.json, empty if absent
     */
    private record Sources(
            Map<String, Integer> ids, JsonFields tokenizerConfig, JsonFields specialTokensMap, JsonFields modelConfig) {
        OptionalInt id(SpecialRole role) {
            return named(tokenizerConfig, role)
                    .or(() -> named(specialTokensMap, role))
                    .or(() -> modelConfig
                            .find(role.idKey())
                            .map(JsonValue::integer)
                            .filter(ids::containsValue))
                    .or(() -> Optional.ofNullable(ids.get(role.usualName())))
                    .map(OptionalInt::of)
                    .orElse(OptionalInt.empty());
        }

        /** A token is given by its spelling, or by an object with its spelling as content. */
        private Optional<Integer> named(JsonFields file, SpecialRole role) {
            return file.find(role.nameKey())
                    .map(token -> token.isObject() ? token.fields().text("content") : token.text())
                    .map(ids::get);
        }
    }
}
