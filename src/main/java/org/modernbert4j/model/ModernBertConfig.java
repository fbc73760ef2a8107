package org.modernbert4j.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.modernbert4j.InputException;
import org.modernbert4j.SettingException;
import org.modernbert4j.backend.Activation;
import org.modernbert4j.backend.Pooling;

/**
 * The content of {@code config.json} for a ModernBERT network. Reading checks that it is consistent and supported.
 *
 * @param encoder its sizes and settings
 * @param tokens its special tokens
 * @param classifier settings of the published head, and the labels
 * @param decoder of masked tokens
 * @param initializerRange standard deviation of new weights, which are drawn from a truncated normal distribution
 * @param initializerCutoff where that distribution is cut off, in standard deviations
 * @param publishedClass the transformers class that the weights were saved from, such as {@code ModernBertForMaskedLM}; empty if
 *     the file does not tell
 * @param notes what is odd about the file, one line each: labels without a name, and unknown fields, which do not affect the network
 */
public record ModernBertConfig(
        EncoderConfig encoder,
        TokenIds tokens,
        Classifier classifier,
        Decoder decoder,
        double initializerRange,
        double initializerCutoff,
        Optional<String> publishedClass,
        List<String> notes) {
    /** The file that it is read from. */
    public static final String FILE = "config.json";

    /**
     * The special tokens that the network knows, each below the vocabulary's size.
     *
     * @param pad padding token; empty if the model has none
     * @param cls first token of a text; empty if the model has none
     * @param sep last token of a text; empty if the model has none
     */
    public record TokenIds(OptionalInt pad, OptionalInt cls, OptionalInt sep) {}

    /**
     * The settings of the published head, and the labels of any head.
     *
     * @param activation name of the function inside the prediction head; see {@link #function}
     * @param pooling how the rows of a text become the classifier's input: {@link Pooling#CLS} or {@link Pooling#MEAN}
     * @param bias whether the dense layer of the prediction head has a bias
     * @param dropout probability of setting a number before the classifier to zero, in [0, 1)
     * @param labels names of the classes in order, of others' models some twice; empty if none are given
     * @param problem what the logits stand for
     */
    public record Classifier(
            String activation,
            Pooling pooling,
            boolean bias,
            double dropout,
            List<String> labels,
            ProblemType problem) {
        /** What transformers calls some functions as well. */
        private static final Map<String, String> OTHER_NAMES = Map.of("swish", "silu", "gelu_python", "gelu");

        /** Far more than any classifier has. */
        public static final int MOST_LABELS = 1_000_000;

        /** Keeps its own copy of the labels. */
        public Classifier {
            labels = List.copyOf(labels);
        }

        /**
         * The function inside the prediction head.
         *
         * @throws InputException if it is not supported
         */
        public Activation function() {
            return function(FILE);
        }

        private Activation function(String where) {
            List<Activation> known = List.of(Activation.values());
            String name = OTHER_NAMES.getOrDefault(activation, activation);
            return known.stream()
                    .filter(one -> one.toString().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new InputException(
                            "%s: classifier_activation: found %s, expected one of %s; use another checkpoint, or train another head on its encoder"
                                    .formatted(where, activation, known)));
        }
    }

    /**
     * The decoder of masked tokens.
     *
     * @param bias whether it has a bias
     * @param tied whether its matrix is the token embedding
     */
    public record Decoder(boolean bias, boolean tied) {}

    /** Keeps its own copy of the notes. */
    public ModernBertConfig {
        notes = List.copyOf(notes);
    }

    /**
     * Reads {@code config.json} of a checkpoint folder and parses it with {@link #parse}.
     *
     * @throws InputException if the file cannot be read, or {@link #parse} refuses it
     */
    public static ModernBertConfig read(Path folder) {
        return ConfigReader.read(folder);
    }

    /**
     * Parses a configuration in a layout of the transformers library: the older one with {@code global_rope_theta} and
     * {@code global_attn_every_n_layers}, or the newer one with {@code rope_parameters} and {@code layer_types}. A missing field
     * gets the library's default.
     *
     * @param json the text
     * @param where name of the text, such as its path; error messages begin with it
     * @throws InputException if the text is not JSON, a field has the wrong type or is out of range, fields contradict each other,
     *     or a field asks for something that is not supported; the message names the field
     */
    public static ModernBertConfig parse(String json, String where) {
        return ConfigReader.parse(json, where);
    }

    /**
     * Refuses a maximum length that is above the encoder's limit.
     *
     * @param name of the setting, for the message
     * @param folder of the checkpoint, for the message
     * @param length maximum tokens of a text
     * @throws SettingException if the encoder has fewer positions
     */
    public void requirePositions(String name, Path folder, int length) {
        int positions = encoder.maxPositions();
        SettingException.requireRange(
                length <= positions,
                name,
                length,
                "at most %d, as max_position_embeddings is %d in %s"
                        .formatted(positions, positions, folder.resolve(FILE)));
    }

    /**
     * Refuses a function inside the prediction head that is not supported. Other heads do not have it.
     *
     * @param folder of the checkpoint, for the message
     * @throws InputException if it is not supported
     */
    public void requireActivation(Path folder) {
        classifier.function(folder.resolve(FILE).toString());
    }

    /**
     * The text of a {@code config.json}. {@link #parse} reads it back, and the transformers library loads it: from release
     * 4.48 on; if global layers are not at regular intervals, from release 5 on. {@code bos_token_id} and {@code eos_token_id} get
     * the cls and sep tokens; unknown fields are left out.
     *
     * @param architecture the library's class for the weights, such as {@code ModernBertForSequenceClassification}
     * @param weightType torch's name of the type that the weights are stored in, such as {@code float32}
     */
    public String toJson(String architecture, String weightType) {
        return ConfigWriter.toJson(this, architecture, weightType);
    }

    /**
     * Refuses to train with dropout inside the encoder, which training here does not have. Nothing else reads these rates.
     *
     * @param folder of the checkpoint, for the message
     * @throws InputException if a rate is above 0
     */
    public void requireTrainable(Path folder) {
        refuseDropout(folder, "attention_dropout", encoder.attention().dropout());
        refuseDropout(folder, "embedding_dropout", encoder.embeddingDropout());
        refuseDropout(folder, "mlp_dropout", encoder.mlp().dropout());
    }

    private static void refuseDropout(Path folder, String name, double rate) {
        if (rate > 0) {
            throw new InputException("%s: %s: found %s, expected 0.0, as training has no dropout there; %s"
                    .formatted(folder.resolve(FILE), name, rate, "set it to 0.0 to train without it"));
        }
    }

    /**
     * The same configuration with other classes, of which a text has one.
     *
     * @param labels names of the classes in order, no name twice
     */
    public ModernBertConfig withLabels(List<String> labels) {
        Classifier other = new Classifier(
                classifier.activation(),
                classifier.pooling(),
                classifier.bias(),
                classifier.dropout(),
                labels,
                ProblemType.SINGLE_LABEL);
        return new ModernBertConfig(
                encoder, tokens, other, decoder, initializerRange, initializerCutoff, publishedClass, notes);
    }
}
