package org.modernbert4j.model;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonFile;
import org.modernbert4j.json.JsonValue;
import org.modernbert4j.ops.Activation;

/** Reads {@code config.json} in both layouts in which it is published. */
final class ConfigReader {
    private static final String FILE = "config.json";
    private static final String REMEDY = "correct the file or take another checkpoint";
    private static final String EVERY = "global_attn_every_n_layers";
    private static final int USUAL_EVERY = 3;
    private static final String KINDS = "layer_types";
    private static final String ROPE = "rope_parameters";
    private static final String ROPE_TYPE = "rope_type";
    private static final String THETA = "rope_theta";
    private static final String ROTARY_PART = "partial_rotary_factor";
    private static final String HEAD_SIZE = "head_dim";
    private static final String LABELS = "id2label";
    private static final String CLASSES = "num_labels";

    /** Fields that say nothing of the network: where it came from, how to run it elsewhere, leftovers nothing reads. */
    private static final Set<String> WITHOUT_EFFECT = Set.of(
            "_attn_implementation",
            "_attn_implementation_autoset",
            "_name_or_path",
            "architectures",
            "attn_implementation",
            "bos_token_id",
            "chunk_size_feed_forward",
            "deterministic_flash_attn",
            "dtype",
            "eos_token_id",
            "experts_implementation",
            "finetuning_task",
            "gradient_checkpointing",
            "is_decoder",
            "is_encoder_decoder",
            "label2id",
            "layer_norm_eps",
            "output_attentions",
            "output_hidden_states",
            "position_embedding_type",
            "problem_type",
            "reference_compile",
            "repad_logits_with_grad",
            "return_dict",
            "sparse_pred_ignore_index",
            "sparse_prediction",
            "task_specific_params",
            "tie_last_hidden_states",
            "tokenizer_class",
            "torch_dtype",
            "torchscript",
            "transformers_version",
            "use_bfloat16",
            "use_cache");

    /** Fields that would make another network if they were set. */
    private static final List<String> UNSUPPORTED =
            List.of("rope_scaling", "quantization_config", "compression_config", "per_layer_config", "pruned_heads");

    private final JsonFields fields;

    private ConfigReader(JsonFields fields) {
        this.fields = fields;
    }

    static ModernBertConfig read(Path folder) {
        return config(JsonFile.read(folder.resolve(FILE), REMEDY));
    }

    static ModernBertConfig parse(String json, String where) {
        return config(JsonFile.parse(json, where, REMEDY));
    }

    private static ModernBertConfig config(JsonFields fields) {
        return fields.make(new ConfigReader(fields)::config);
    }

    private ModernBertConfig config() {
        if (!fields.text("model_type", "").equals("modernbert")) {
            throw fields.get("model_type").error("modernbert");
        }
        UNSUPPORTED.forEach(name -> refuse(fields, name));
        refusePartialRotation(fields);
        return new ModernBertConfig(
                encoder(),
                new TokenIds(token("pad_token_id", 50283), token("cls_token_id", 50281), token("sep_token_id", 50282)),
                new ClassifierConfig(
                        fields.choice("classifier_activation", Activation.GELU),
                        fields.find("classifier_pooling")
                                .map(pooling -> pooling.choice(List.of(Pooling.CLS, Pooling.MEAN), Pooling::toString))
                                .orElse(Pooling.CLS),
                        fields.flag("classifier_bias", false),
                        fields.number("classifier_dropout", 0),
                        labels()),
                new DecoderConfig(fields.flag("decoder_bias", true), fields.flag("tie_word_embeddings", true)),
                new InitializerConfig(
                        fields.number("initializer_range", 0.02), fields.number("initializer_cutoff_factor", 2)),
                fields.unread().stream()
                        .filter(name -> !WITHOUT_EFFECT.contains(name))
                        .toList());
    }

    private EncoderConfig encoder() {
        int hiddenSize = fields.integer("hidden_size", 768);
        int layers = fields.integer("num_hidden_layers", 22);
        return new EncoderConfig(
                fields.integer("vocab_size", 50368),
                hiddenSize,
                layers,
                fields.integer("max_position_embeddings", 8192),
                attention(hiddenSize, layers),
                new MlpConfig(
                        fields.integer("intermediate_size", 1152),
                        fields.choice("hidden_activation", Activation.GELU),
                        fields.flag("mlp_bias", false),
                        fields.number("mlp_dropout", 0)),
                new NormConfig(fields.number("norm_eps", 1e-5), fields.flag("norm_bias", false)),
                fields.number("embedding_dropout", 0));
    }

    private AttentionConfig attention(int hiddenSize, int layers) {
        int heads = fields.integer("num_attention_heads", 12);
        checkHeadSize(hiddenSize, heads);
        JsonFields rope = fields.fieldsOrNone(ROPE);
        double globalTheta = theta(rope, AttentionKind.GLOBAL, "global_rope_theta", 160_000);
        double localTheta = theta(rope, AttentionKind.SLIDING, "local_rope_theta", 10_000);
        refuseUnread(rope);
        return new AttentionConfig(
                heads,
                attentionKinds(layers),
                fields.integer("local_attention", 128),
                globalTheta,
                localTheta,
                fields.flag("attention_bias", false),
                fields.number("attention_dropout", 0));
    }

    private void checkHeadSize(int hiddenSize, int heads) {
        fields.find(HEAD_SIZE)
                .filter(size -> (long) size.integer() * heads != hiddenSize)
                .ifPresent(size -> {
                    throw size.error("hidden_size %d / num_attention_heads %d".formatted(hiddenSize, heads));
                });
    }

    private List<AttentionKind> attentionKinds(int layers) {
        int every = fields.has(EVERY) ? fields.get(EVERY).integerFrom(1) : USUAL_EVERY;
        List<AttentionKind> regular = IntStream.range(0, layers)
                .mapToObj(layer -> layer % every == 0 ? AttentionKind.GLOBAL : AttentionKind.SLIDING)
                .toList();
        JsonValue listed = fields.get(KINDS);
        if (!listed.isSet()) {
            return regular;
        }
        List<AttentionKind> kinds = listed.list(kind -> kind.choice(AttentionKind.class));
        if (fields.has(EVERY) && kinds.size() == layers && !kinds.equals(regular)) {
            throw listed.error("what %s %d says: %s".formatted(EVERY, every, regular));
        }
        return kinds;
    }

    private double theta(JsonFields rope, AttentionKind kind, String olderName, double missing) {
        JsonFields ofKind = rope.fieldsOrNone(kind.toString());
        String type = ofKind.text(ROPE_TYPE, ofKind.text("type", "default"));
        if (!type.equals("default")) {
            throw ofKind.error(ROPE_TYPE, type, "default, all that is supported");
        }
        refusePartialRotation(ofKind);
        double older = fields.number(olderName, missing);
        double theta = ofKind.number(THETA, older);
        if (fields.has(olderName) && theta != older) {
            throw ofKind.error(THETA, theta, "%s as in %s".formatted(older, olderName));
        }
        refuseUnread(ofKind);
        return theta;
    }

    private static void refusePartialRotation(JsonFields fields) {
        fields.find(ROTARY_PART).filter(part -> part.number() != 1).ifPresent(part -> {
            throw part.error("1.0, all that is supported");
        });
    }

    private static void refuseUnread(JsonFields fields) {
        fields.unread().forEach(name -> refuse(fields, name));
    }

    /** Refuses a field unless it is missing, null or empty. */
    private static void refuse(JsonFields fields, String name) {
        if (!fields.get(name).isEmpty()) {
            throw fields.get(name).error("none, as it is not supported");
        }
    }

    private OptionalInt token(String name, int missing) {
        return fields.has(name) ? fields.optionalInteger(name) : OptionalInt.of(missing);
    }

    private List<String> labels() {
        JsonFields named = fields.fieldsOrNone(LABELS);
        boolean areNamed = fields.get(LABELS).isSet();
        int names = named.names().size();
        int count = fields.find(CLASSES).map(JsonValue::integer).orElse(names);
        if (count < 0 || (areNamed && count != names)) {
            throw fields.error(CLASSES, count, "the number of labels in " + LABELS);
        }
        return IntStream.range(0, count)
                .mapToObj(String::valueOf)
                .map(id -> {
                    if (areNamed && !named.has(id)) {
                        throw fields.error(LABELS, named.names(), "the numbers from 0 on, without a gap");
                    }
                    return named.text(id, "LABEL_" + id);
                })
                .toList();
    }
}
