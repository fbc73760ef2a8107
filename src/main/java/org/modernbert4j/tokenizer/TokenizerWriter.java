package org.modernbert4j.tokenizer;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.modernbert4j.InputException;
import org.modernbert4j.Reason;
import org.modernbert4j.tokenizer.Word.Pair;

/** Writes a byte-level BPE vocabulary as the files of a Hugging Face tokenizer. */
final class TokenizerWriter {
    private static final Gson GSON = new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .serializeNulls()
            .create();

    /** A tokenizer.json without tokens. */
    private static final String EMPTY_TOKENIZER =
            """
            {
              "version": "1.0",
              "truncation": null,
              "padding": null,
              "added_tokens": [],
              "normalizer": null,
              "pre_tokenizer": {
                "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true
              },
              "post_processor": {
                "type": "TemplateProcessing",
                "single": [
                  {"SpecialToken": {"id": "[CLS]", "type_id": 0}},
                  {"Sequence": {"id": "A", "type_id": 0}},
                  {"SpecialToken": {"id": "[SEP]", "type_id": 0}}
                ],
                "pair": [
                  {"SpecialToken": {"id": "[CLS]", "type_id": 0}},
                  {"Sequence": {"id": "A", "type_id": 0}},
                  {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
                  {"Sequence": {"id": "B", "type_id": 1}},
                  {"SpecialToken": {"id": "[SEP]", "type_id": 1}}
                ],
                "special_tokens": {
                  "[CLS]": {"id": "[CLS]", "ids": [0], "tokens": ["[CLS]"]},
                  "[SEP]": {"id": "[SEP]", "ids": [1], "tokens": ["[SEP]"]}
                }
              },
              "decoder": {
                "type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true
              },
              "model": {
                "type": "BPE",
                "dropout": null,
                "unk_token": null,
                "continuing_subword_prefix": null,
                "end_of_word_suffix": null,
                "fuse_unk": false,
                "byte_fallback": false,
                "ignore_merges": false,
                "vocab": {},
                "merges": []
              }
            }
            """;

    private TokenizerWriter() {}

    /**
     * Writes the three files.
     *
     * @param tokens the special tokens in the order of {@link SpecialRole}, then all others; a token's id is its place
     * @param merges which tokens to join, in order
     * @param folder created if absent
     * @throws InputException if the folder cannot be written to
     */
    static void write(List<String> tokens, Collection<Pair> merges, Path folder) {
        JsonObject config = specialTokensMap();
        config.addProperty("tokenizer_class", "PreTrainedTokenizerFast");
        config.addProperty("clean_up_tokenization_spaces", false);
        config.add("model_input_names", GSON.toJsonTree(List.of("input_ids", "attention_mask")));
        try {
            Files.createDirectories(folder);
            write(tokenizer(tokens, merges), folder.resolve(TokenizerFiles.TOKENIZER));
            write(config, folder.resolve(TokenizerFiles.CONFIG));
            write(specialTokensMap(), folder.resolve(TokenizerFiles.SPECIAL_TOKENS));
        } catch (IOException e) {
            throw new InputException(
                    folder + ": the tokenizer cannot be written (" + Reason.of(e)
                            + "); give a folder that can be written to",
                    e);
        }
    }

    private static void write(JsonObject json, Path file) throws IOException {
        Files.writeString(file, GSON.toJson(json) + "\n");
    }

    private static JsonObject tokenizer(List<String> tokens, Collection<Pair> merges) {
        JsonObject tokenizer = JsonParser.parseString(EMPTY_TOKENIZER).getAsJsonObject();
        JsonArray added = tokenizer.getAsJsonArray("added_tokens");
        for (SpecialRole role : SpecialRole.values()) {
            added.add(addedToken(role, added.size()));
        }
        JsonObject model = tokenizer.getAsJsonObject("model");
        JsonObject vocabulary = model.getAsJsonObject("vocab");
        for (int id = 0; id < tokens.size(); id++) {
            vocabulary.addProperty(tokens.get(id), id);
        }
        for (Pair merge : merges) {
            JsonArray parts = new JsonArray();
            parts.add(tokens.get(merge.left()));
            parts.add(tokens.get(merge.right()));
            model.getAsJsonArray("merges").add(parts);
        }
        return tokenizer;
    }

    /** The mask takes the space before it along, so that it can stand for a word with its space. */
    private static JsonObject addedToken(SpecialRole role, int id) {
        boolean takesSpace = role == SpecialRole.MASK;
        return new AddedToken(role.usualName(), false, takesSpace, false, false, true).toJson(id);
    }

    private static JsonObject specialTokensMap() {
        JsonObject map = new JsonObject();
        for (SpecialRole role : SpecialRole.values()) {
            map.addProperty(role.nameKey(), role.usualName());
        }
        return map;
    }
}
