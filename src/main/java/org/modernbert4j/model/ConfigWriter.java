package org.modernbert4j.model;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Writes {@code config.json}, in the older layout wherever that can say it, as more releases of transformers read it. */
final class ConfigWriter {
    private static final Gson GSON = new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .serializeNulls()
            .create();

    private ConfigWriter() {}

    static String toJson(ModernBertConfig config, String architecture, String weightType) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("architectures", List.of(architecture));
        json.put("model_type", "modernbert");
        json.put("torch_dtype", weightType);
        json.put("vocab_size", config.vocabularySize());
        json.put("hidden_size", config.hiddenSize());
        json.put("intermediate_size", config.intermediateSize());
        json.put("num_hidden_layers", config.layers());
        json.put("num_attention_heads", config.heads());
        json.put("max_position_embeddings", config.maxPositions());
        json.put("norm_eps", config.normEps());
        json.put("norm_bias", config.normBias());
        json.put("attention_bias", config.attentionBias());
        json.put("mlp_bias", config.mlpBias());
        json.put("local_attention", config.localAttention());
        putAttention(config, json);
        json.put("embedding_dropout", config.embeddingDropout());
        json.put("mlp_dropout", config.mlpDropout());
        json.put("attention_dropout", config.attentionDropout());
        json.put("hidden_activation", config.hiddenActivation().toString());
        json.put("classifier_activation", config.classifierActivation().toString());
        json.put("classifier_pooling", config.classifierPooling().toString());
        json.put("classifier_bias", config.classifierBias());
        json.put("classifier_dropout", config.classifierDropout());
        json.put("decoder_bias", config.decoderBias());
        json.put("tie_word_embeddings", config.tieWordEmbeddings());
        json.put("initializer_range", config.initializerRange());
        json.put("initializer_cutoff_factor", config.initializerCutoffFactor());
        json.put("pad_token_id", orNull(config.padTokenId()));
        json.put("cls_token_id", orNull(config.clsTokenId()));
        json.put("sep_token_id", orNull(config.sepTokenId()));
        json.put("bos_token_id", orNull(config.clsTokenId()));
        json.put("eos_token_id", orNull(config.sepTokenId()));
        putLabels(config.id2label(), json);
        return GSON.toJson(json) + "\n";
    }

    private static void putAttention(ModernBertConfig config, Map<String, Object> json) {
        OptionalInt every = globalEvery(config.attentionKinds());
        if (every.isPresent()) {
            json.put("global_attn_every_n_layers", every.getAsInt());
            json.put("global_rope_theta", config.globalTheta());
            json.put("local_rope_theta", config.localTheta());
        } else {
            json.put(
                    "layer_types",
                    config.attentionKinds().stream()
                            .map(AttentionKind::toString)
                            .toList());
            Map<String, Object> rope = new LinkedHashMap<>();
            rope.put(AttentionKind.GLOBAL.toString(), rope(config.globalTheta()));
            rope.put(AttentionKind.SLIDING.toString(), rope(config.localTheta()));
            json.put("rope_parameters", rope);
        }
    }

    /** The n for which exactly the layers 0, n, 2n and so on are global, if there is one. */
    private static OptionalInt globalEvery(List<AttentionKind> kinds) {
        return IntStream.rangeClosed(1, kinds.size())
                .filter(n -> IntStream.range(0, kinds.size())
                        .allMatch(layer -> (layer % n == 0) == (kinds.get(layer) == AttentionKind.GLOBAL)))
                .findFirst();
    }

    private static Map<String, Object> rope(double theta) {
        Map<String, Object> rope = new LinkedHashMap<>();
        rope.put("rope_type", "default");
        rope.put("rope_theta", theta);
        return rope;
    }

    private static void putLabels(List<String> labels, Map<String, Object> json) {
        if (labels.isEmpty()) {
            return;
        }
        Map<String, Object> id2label = new LinkedHashMap<>();
        Map<String, Object> label2id = new LinkedHashMap<>();
        for (int id = 0; id < labels.size(); id++) {
            id2label.put(String.valueOf(id), labels.get(id));
            label2id.put(labels.get(id), id);
        }
        json.put("id2label", id2label);
        json.put("label2id", label2id);
    }

    private static Integer orNull(OptionalInt id) {
        return id.isPresent() ? (Integer) id.getAsInt() : null;
    }
}
