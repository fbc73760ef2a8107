package org.modernbert4j.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.modernbert4j.backend.Activation;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonFile;
import org.modernbert4j.json.JsonValue;
import org.modernbert4j.model.EncoderConfig.Attention;
import org.modernbert4j.model.EncoderConfig.AttentionKind;
import org.modernbert4j.model.EncoderConfig.Mlp;
import org.modernbert4j.model.EncoderConfig.Norm;
import org.modernbert4j.model.ModernBertConfig.Classifier;
import org.modernbert4j.model.ModernBertConfig.Decoder;
import org.modernbert4j.model.ModernBertConfig.TokenIds;

/** Reads {@code config.json} in both published layouts. */
final class ConfigReader {
    private static final String REMEDY = "correct the file or take another checkpoint";
    private static final String EVERY = "global_attn_every_n_layers";
    private static final int USUAL_EVERY = 3;

    /** Fields that do not change the network: its origin, how other software runs it, and fields that nothing reads. */
    private static final Set<String> WITHOUT_EFFECT = Set.of(
            """
            _attn_implementation _attn_implementation_autoset _name_or_path attn_implementation
            bos_token_id chunk_size_feed_forward deterministic_flash_attn dtype eos_token_id experts_implementation
            finetuning_task gradient_checkpointing is_decoder is_encoder_decoder label2id layer_norm_eps
            output_attentions output_hidden_states position_embedding_type reference_compile
            repad_logits_with_grad return_dict sparse_pred_ignore_index sparse_prediction task_specific_params
            tie_last_hidden_states tokenizer_class torch_dtype torchscript transformers_version use_bfloat16
            use_cache
            """
                    .split("\\s+"));

    /** Fields that would change the network if they were set. */
    private static final List<String> UNSUPPORTED =
            List.of("rope_scaling", "quantization_config", "compression_config", "per_layer_config", "pruned_heads");

    private final JsonFields fields;

    private ConfigReader(JsonFields fields) {
        this.fields = fields;
    }

    static ModernBertConfig read(Path folder) {
        return new ConfigReader(JsonFile.read(folder.resolve(ModernBertConfig.FILE), REMEDY)).config();
    }

    static ModernBertConfig parse(String json, String where) {
        return new ConfigReader(JsonFile.parse(json, where, REMEDY)).config();
    }

    private ModernBertConfig config() {
        if (!fields.text("model_type", "").equals("modernbert")) {
            throw fields.get("model_type").error("modernbert");
        }
        UNSUPPORTED.forEach(name -> refuse(fields, name));
        refusePartialRotation(fields);
        EncoderConfig encoder = encoder();
        int vocabulary = encoder.vocabularySize();
        Optional<String> publishedClass = fields.find("architectures")
                .flatMap(names -> names.list(JsonValue::text).stream().findFirst());
        LabelNames labels = LabelNames.read(fields, publishedClass);
        return new ModernBertConfig(
                encoder,
                new TokenIds(
                        token("pad_token_id", 50283, vocabulary),
                        token("cls_token_id", 50281, vocabulary),
                        token("sep_token_id", 50282, vocabulary)),
                new Classifier(
                        fields.text("classifier_activation", Activation.GELU.toString()),
                        fields.find("classifier_pooling")
                                .map(pooling -> pooling.choice(List.of(Pooling.CLS, Pooling.MEAN), Pooling::toString))
                                .orElse(Pooling.CLS),
                        fields.flag("classifier_bias", false),
                        probability("classifier_dropout"),
                        labels.names(),
                        fields.find("problem_type")
                                .map(kind -> ProblemType.of(kind.text()))
                                .orElse(ProblemType.SINGLE_LABEL)),
                new Decoder(fields.flag("decoder_bias", true), fields.flag("tie_word_embeddings", true)),
                positive(fields, "initializer_range", 0.02),
                positive(fields, "initializer_cutoff_factor", 2),
                publishedClass,
                Stream.concat(
                                labels.notes().stream(),
                                fields.unread().stream()
                                        .filter(name -> !WITHOUT_EFFECT.contains(name))
                                        .map(name -> name + " is not known here, ignored"))
                        .map(note -> ModernBertConfig.FILE + ": " + note)
                        .toList());
    }

    private EncoderConfig encoder() {
        int hiddenSize = upTo(EncoderConfig.MOST_WIDTH, "hidden_size", 768);
        int layers = upTo(EncoderConfig.MOST_LAYERS, "num_hidden_layers", 22);
        String gelu = Activation.GELU.toString();
        requireOnly(fields, "hidden_activation", fields.text("hidden_activation", gelu), gelu);
        int intermediateSize = upTo(EncoderConfig.MOST_WIDTH, "intermediate_size", 1152);
        int vocabulary = positive("vocab_size", 50368);
        requireFit("vocab_size", vocabulary, hiddenSize);
        requireFit("intermediate_size", 2 * intermediateSize, hiddenSize);
        return new EncoderConfig(
                vocabulary,
                hiddenSize,
                layers,
                upTo(EncoderConfig.MOST_POSITIONS, "max_position_embeddings", 8192),
                attention(hiddenSize, layers),
                new Mlp(intermediateSize, fields.flag("mlp_bias", false), probability("mlp_dropout")),
                new Norm(positive(fields, "norm_eps", 1e-5), fields.flag("norm_bias", false)),
                probability("embedding_dropout"));
    }

    private Attention attention(int hiddenSize, int layers) {
        int heads = positive("num_attention_heads", 12);
        checkHeadSize(hiddenSize, heads);
        JsonFields rope = fields.fieldsOrNone("rope_parameters");
        double globalTheta = theta(rope, AttentionKind.GLOBAL, "global_rope_theta", 160_000);
        double localTheta = theta(rope, AttentionKind.SLIDING, "local_rope_theta", 10_000);
        refuseUnread(rope);
        return new Attention(
                heads,
                attentionKinds(layers),
                positive("local_attention", 128),
                globalTheta,
                localTheta,
                fields.flag("attention_bias", false),
                probability("attention_dropout"));
    }

    private void checkHeadSize(int hiddenSize, int heads) {
        require(
                hiddenSize % (2L * heads) == 0,
                "hidden_size",
                hiddenSize,
                "an even multiple of num_attention_heads " + heads);
        fields.find("head_dim")
                .filter(given -> given.integer() != hiddenSize / heads)
                .ifPresent(given -> {
                    throw given.error("hidden_size %d / num_attention_heads %d".formatted(hiddenSize, heads));
                });
    }

    private List<AttentionKind> attentionKinds(int layers) {
        int every = fields.has(EVERY) ? fields.get(EVERY).integerFrom(1) : USUAL_EVERY;
        List<AttentionKind> regular = IntStream.range(0, layers)
                .mapToObj(layer -> layer % every == 0 ? AttentionKind.GLOBAL : AttentionKind.SLIDING)
                .toList();
        JsonValue listed = fields.get("layer_types");
        if (!listed.isSet()) {
            return regular;
        }
        List<AttentionKind> kinds = listed.list(kind -> kind.choice(AttentionKind.class));
        require(
                kinds.size() == layers,
                "layer_types",
                kinds.size() + " kinds",
                "one for each of num_hidden_layers " + layers);
        if (fields.has(EVERY) && !kinds.equals(regular)) {
            throw listed.error("what %s %d says: %s".formatted(EVERY, every, regular));
        }
        return kinds;
    }

    private double theta(JsonFields rope, AttentionKind kind, String olderName, double missing) {
        JsonFields ofKind = rope.fieldsOrNone(kind.toString());
        requireOnly(ofKind, "rope_type", ofKind.text("rope_type", ofKind.text("type", "default")), "default");
        refusePartialRotation(ofKind);
        double older = positive(fields, olderName, missing);
        double theta = positive(ofKind, "rope_theta", older);
        if (fields.has(olderName) && theta != older) {
            throw ofKind.error("rope_theta", theta, "%s as in %s".formatted(older, olderName));
        }
        refuseUnread(ofKind);
        return theta;
    }

    private static void refusePartialRotation(JsonFields fields) {
        String name = "partial_rotary_factor";
        fields.find(name).ifPresent(part -> requireOnly(fields, name, part.number(), 1.0));
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

    private static <T> void requireOnly(JsonFields fields, String name, T found, T supported) {
        if (!found.equals(supported)) {
            throw fields.error(name, found, supported + ", all that is supported");
        }
    }

    private int positive(String name, int missing) {
        int value = fields.integer(name, missing);
        require(value > 0, name, value, "a number above 0");
        return value;
    }

    private int upTo(int most, String name, int missing) {
        int value = positive(name, missing);
        require(value <= most, name, value, "a number from 1 to " + most);
        return value;
    }

    /** A matrix is one array of at most 2^31 - 1 numbers. */
    private void requireFit(String name, int rows, int columns) {
        require(
                (long) rows * columns <= Integer.MAX_VALUE,
                name,
                rows + " rows",
                "a number with which a matrix of hidden_size " + columns + " has fewer than 2^31 numbers");
    }

    private static double positive(JsonFields fields, String name, double missing) {
        double value = fields.number(name, missing);
        if (value <= 0) {
            throw fields.error(name, value, "a number above 0");
        }
        return value;
    }

    private double probability(String name) {
        double value = fields.number(name, 0);
        require(value >= 0 && value < 1, name, value, "a number from 0 to below 1");
        return value;
    }

    private OptionalInt token(String name, int missing, int vocabulary) {
        OptionalInt token = fields.has(name) ? fields.optionalInteger(name) : OptionalInt.of(missing);
        token.ifPresent(
                id -> require(id >= 0 && id < vocabulary, name, id, "null or a token below vocab_size " + vocabulary));
        return token;
    }

    private void require(boolean met, String name, Object found, String expected) {
        if (!met) {
            throw fields.error(name, found, expected);
        }
    }
}
