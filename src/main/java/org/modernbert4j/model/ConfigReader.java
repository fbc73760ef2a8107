package org.modernbert4j.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.modernbert4j.InputException;

/** Reads {@code config.json} in both layouts in which it is published. */
final class ConfigReader {
    private static final String FILE = "config.json";
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

    private final ConfigFields fields;
    private final String where;

    private ConfigReader(ConfigFields fields, String where) {
        this.fields = fields;
        this.where = where;
    }

    static ModernBertConfig read(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            return parse(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new InputException(
                    file + ": cannot be read as UTF-8 (" + e + "); give the folder of a checkpoint that has it", e);
        }
    }

    static ModernBertConfig parse(String json, String where) {
        return new ConfigReader(new ConfigFields(document(json, where).getAsJsonObject(), where), where).config();
    }

    private static JsonElement document(String json, String where) {
        JsonReader reader = new JsonReader(new StringReader(json));
        reader.setStrictness(Strictness.STRICT);
        try {
            JsonElement document = JsonParser.parseReader(reader);
            if (!document.isJsonObject() || reader.peek() != JsonToken.END_DOCUMENT) {
                throw ConfigFields.refusal(where, "found JSON that is not one object, wanted { ... }", null);
            }
            return document;
        } catch (IOException | JsonParseException e) {
            String problem = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw ConfigFields.refusal(where, "broken JSON, wanted one object (" + problem + ")", e);
        }
    }

    private ModernBertConfig config() {
        String modelType = fields.text("model_type", "none");
        if (!modelType.equals("modernbert")) {
            throw fields.error("model_type", modelType, "modernbert");
        }
        UNSUPPORTED.forEach(fields::refuse);
        refuseToTurnAPart(fields);
        int hiddenSize = fields.integer("hidden_size", 768);
        int heads = fields.integer("num_attention_heads", 12);
        checkHeadSize(hiddenSize, heads);
        int layers = fields.integer("num_hidden_layers", 22);
        try {
            return new ModernBertConfig(
                    fields.integer("vocab_size", 50368),
                    hiddenSize,
                    fields.integer("intermediate_size", 1152),
                    layers,
                    heads,
                    fields.integer("max_position_embeddings", 8192),
                    fields.number("norm_eps", 1e-5),
                    fields.flag("norm_bias", false),
                    fields.flag("attention_bias", false),
                    fields.flag("mlp_bias", false),
                    fields.integer("local_attention", 128),
                    attentionKinds(layers),
                    theta(AttentionKind.GLOBAL, "global_rope_theta", 160_000),
                    theta(AttentionKind.SLIDING, "local_rope_theta", 10_000),
                    fields.number("embedding_dropout", 0),
                    fields.number("mlp_dropout", 0),
                    fields.number("attention_dropout", 0),
                    fields.choice("hidden_activation", Activation.GELU),
                    fields.choice("classifier_activation", Activation.GELU),
                    fields.choice("classifier_pooling", Pooling.CLS),
                    fields.flag("classifier_bias", false),
                    fields.number("classifier_dropout", 0),
                    fields.flag("decoder_bias", true),
                    fields.flag("tie_word_embeddings", true),
                    fields.number("initializer_range", 0.02),
                    fields.number("initializer_cutoff_factor", 2),
                    fields.tokenId("pad_token_id", 50283),
                    fields.tokenId("cls_token_id", 50281),
                    fields.tokenId("sep_token_id", 50282),
                    labels(),
                    neverAsked());
        } catch (IllegalArgumentException e) {
            throw ConfigFields.refusal(where, e.getMessage(), e);
        }
    }

    private void checkHeadSize(int hiddenSize, int heads) {
        if (fields.isSet(HEAD_SIZE) && (long) fields.integer(HEAD_SIZE, 0) * heads != hiddenSize) {
            throw fields.error(
                    HEAD_SIZE,
                    fields.integer(HEAD_SIZE, 0),
                    "hidden_size %d / num_attention_heads %d".formatted(hiddenSize, heads));
        }
    }

    private List<AttentionKind> attentionKinds(int layers) {
        int every = fields.integer(EVERY, USUAL_EVERY);
        if (every < 1) {
            throw fields.error(EVERY, every, "a number above 0");
        }
        List<AttentionKind> regular = IntStream.range(0, layers)
                .mapToObj(layer -> layer % every == 0 ? AttentionKind.GLOBAL : AttentionKind.SLIDING)
                .toList();
        if (!fields.isSet(KINDS)) {
            return regular;
        }
        List<AttentionKind> kinds = fields.choices(KINDS, AttentionKind.class);
        if (fields.has(EVERY) && kinds.size() == layers && !kinds.equals(regular)) {
            throw fields.error(KINDS, kinds, "what %s %d says: %s".formatted(EVERY, every, regular));
        }
        return kinds;
    }

    private double theta(AttentionKind kind, String olderName, double missing) {
        ConfigFields rope = fields.fields(ROPE);
        ConfigFields ofKind = rope.fields(kind.toString());
        String type = ofKind.text(ROPE_TYPE, ofKind.text("type", "default"));
        if (!type.equals("default")) {
            throw ofKind.error(ROPE_TYPE, type, "default, all that is supported");
        }
        refuseToTurnAPart(ofKind);
        double older = fields.number(olderName, missing);
        double theta = ofKind.number(THETA, older);
        if (fields.has(olderName) && theta != older) {
            throw ofKind.error(THETA, theta, "%s as in %s".formatted(older, olderName));
        }
        ofKind.notAsked().forEach(ofKind::refuse);
        rope.names().stream()
                .filter(name -> Arrays.stream(AttentionKind.values())
                        .map(AttentionKind::toString)
                        .noneMatch(name::equals))
                .forEach(rope::refuse);
        return theta;
    }

    private static void refuseToTurnAPart(ConfigFields fields) {
        double part = fields.isSet(ROTARY_PART) ? fields.number(ROTARY_PART, 1) : 1;
        if (part != 1) {
            throw fields.error(ROTARY_PART, part, "1.0, all that is supported");
        }
    }

    private List<String> labels() {
        ConfigFields named = fields.fields(LABELS);
        int names = named.names().size();
        int count = fields.isSet(CLASSES) ? fields.integer(CLASSES, names) : names;
        if (count < 0 || (fields.isSet(LABELS) && count != names)) {
            throw fields.error(CLASSES, count, "the number of labels in " + LABELS);
        }
        return IntStream.range(0, count).mapToObj(i -> label(named, i)).toList();
    }

    private String label(ConfigFields named, int index) {
        if (fields.isSet(LABELS) && !named.has(String.valueOf(index))) {
            throw fields.error(LABELS, named.names(), "the numbers from 0 on, without a gap");
        }
        return named.text(String.valueOf(index), "LABEL_" + index);
    }

    private List<String> neverAsked() {
        return fields.notAsked().filter(name -> !WITHOUT_EFFECT.contains(name)).toList();
    }
}
