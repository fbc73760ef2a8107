package org.modernbert4j.hub;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.modernbert4j.InputException;
import org.modernbert4j.safetensors.OtherModel;
import org.modernbert4j.safetensors.SafetensorsFolder;

/** Which files of a model are needed. */
public enum HubFiles {
    /** The sizes and settings of the network. */
    CONFIG(false, false),

    /** Those, and the tokenizer. */
    TOKENIZER(true, false),

    /** Those, and the weights. */
    ALL(true, true);

    static final String CONFIGURATION = OtherModel.CONFIGURATION;

    /** What sentence-transformers makes of the encoder. */
    private static final List<String> OF_SENTENCES = List.of(
            "modules.json", "sentence_bert_config.json", "config_sentence_transformers.json", "1_Pooling/config.json");

    private final boolean tokenizer;
    private final boolean weights;

    HubFiles(boolean tokenizer, boolean weights) {
        this.tokenizer = tokenizer;
        this.weights = weights;
    }

    /** Files, besides the weights, without which a model cannot be used. */
    List<String> required() {
        return tokenizer ? List.of(CONFIGURATION, "tokenizer.json") : List.of(CONFIGURATION);
    }

    /** Files that are taken where there are any. */
    List<String> optional() {
        List<String> names = new ArrayList<>();
        if (tokenizer) {
            names.addAll(List.of("tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "head.json"));
        }
        if (weights) {
            names.addAll(OF_SENTENCES);
        }
        return names;
    }

    /** Whether the weights are needed, in one file or in shards. */
    boolean weights() {
        return weights;
    }

    /** The files that somebody has to get by hand, for a message. */
    String shown() {
        return String.join(", ", required()) + (weights ? " and " + SafetensorsFolder.SINGLE : "");
    }

    /** Whether a folder has all that is needed. */
    boolean areIn(Path folder) {
        return required().stream().allMatch(name -> Files.exists(folder.resolve(name)))
                && (!weights || weightsAreIn(folder));
    }

    private static boolean weightsAreIn(Path folder) {
        if (Files.exists(folder.resolve(SafetensorsFolder.SINGLE))) {
            return true;
        }
        Path index = folder.resolve(SafetensorsFolder.INDEX);
        try {
            return Files.exists(index)
                    && SafetensorsFolder.shards(index).stream().allMatch(name -> Files.exists(folder.resolve(name)));
        } catch (InputException e) {
            return false;
        }
    }
}
