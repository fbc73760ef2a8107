package org.modernbert4j.model;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.modernbert4j.backend.Activation;
import org.modernbert4j.model.EncoderConfig.Attention;
import org.modernbert4j.model.EncoderConfig.AttentionKind;
import org.modernbert4j.model.ModernBertConfig.Classifier;
import org.modernbert4j.model.ModernBertConfig.TokenIds;

/** Writes {@code config.json}, in the older layout where possible, because more releases of transformers read it. */
final class ConfigWriter {
    private static final Gson GSON = new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .serializeNulls()
            .create();

    private ConfigWriter() {}

    static String toJson(ModernBertConfig config, String architecture, String weightType) {
        EncoderConfig encoder = config.encoder();
        Classifier classifier = config.classifier();
        TokenIds tokens = config.tokens();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("architectures", List.of(architecture));
        json.put("model_type", "modernbert");
        json.put("torch_dtype", weightType);
        json.put("vocab_size", encoder.vocabularySize());
        json.put("hidden_size", encoder.hiddenSize());
        json.put("intermediate_size", encoder.mlp().intermediateSize());
        json.put("num_hidden_layers", encoder.layers());
        json.put("num_attention_heads", encoder.attention().heads());
        json.put("max_position_embeddings", encoder.maxPositions());
        json.put("norm_eps", encoder.norm().eps());
        json.put("norm_bias", encoder.norm().bias());
        json.put("attention_bias", encoder.attention().bias());
        json.put("mlp_bias", encoder.mlp().bias());
        json.put("local_attention", encoder.attention().localWindow());
        putAttention(encoder.attention(), json);
        json.put("embedding_dropout", encoder.embeddingDropout());
        json.put("mlp_dropout", encoder.mlp().dropout());
        json.put("attention_dropout", encoder.attention().dropout());
        json.put("hidden_activation", Activation.GELU.toString());
        json.put("classifier_activation", classifier.activation());
        json.put("classifier_pooling", classifier.pooling().toString());
        json.put("classifier_bias", classifier.bias());
        json.put("classifier_dropout", classifier.dropout());
        json.put("decoder_bias", config.decoder().bias());
        json.put("tie_word_embeddings", config.decoder().tied());
        json.put("initializer_range", config.initializerRange());
        json.put("initializer_cutoff_factor", config.initializerCutoff());
        json.put("pad_token_id", orNull(tokens.pad()));
        json.put("cls_token_id", orNull(tokens.cls()));
        json.put("sep_token_id", orNull(tokens.sep()));
        json.put("bos_token_id", orNull(tokens.cls()));
        json.put("eos_token_id", orNull(tokens.sep()));
        putLabels(classifier.labels(), json);
        if (classifier.problem() != ProblemType.SINGLE_LABEL) {
            json.put("problem_type", classifier.problem().toString());
        }
        return GSON.toJson(json) + "\n";
    }

    private static void putAttention(Attention attention, Map<String, Object> json) {
        OptionalInt every = globalEvery(attention.kinds());
        if (every.isPresent()) {
            json.put("global_attn_every_n_layers", every.getAsInt());
            json.put("global_rope_theta", attention.globalTheta());
            json.put("local_rope_theta", attention.localTheta());
        } else {
            json.put(
                    "layer_types",
                    attention.kinds().stream().map(AttentionKind::toString).toList());
            Map<String, Object> rope = new LinkedHashMap<>();
            rope.put(AttentionKind.GLOBAL.toString(), rope(attention.globalTheta()));
            rope.put(AttentionKind.SLIDING.toString(), rope(attention.localTheta()));
            json.put("rope_parameters", rope);
        }
    }

    /** The n such that exactly the layers 0, n, 2n and so on are global; empty if there is none. */
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
