package org.modernbert4j.model;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.modernbert4j.InputException;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.ops.Activation;

/**
 * What {@code config.json} says of a ModernBERT network. One that was read is consistent and supported.
 *
 * @param encoder its sizes and settings
 * @param tokens its special tokens
 * @param classifier settings of the published head, and the labels
 * @param decoderBias whether the decoder of masked tokens has a bias
 * @param initializerRange standard deviation of fresh weights, a normal distribution without its tails
 * @param initializerCutoff standard deviations at which the tails are cut off
 * @param ignored fields that are not known here, in the file's order; they have no part in the network
 */
public record ModernBertConfig(
        EncoderConfig encoder,
        TokenIds tokens,
        Classifier classifier,
        boolean decoderBias,
        double initializerRange,
        double initializerCutoff,
        List<String> ignored) {

    /**
     * The special tokens that the network knows, each below the vocabulary's size.
     *
     * @param pad token that fills a row up; empty if the model has none
     * @param cls first token of a text; empty if the model has none
     * @param sep last token of a text; empty if the model has none
     */
    public record TokenIds(OptionalInt pad, OptionalInt cls, OptionalInt sep) {}

    /**
     * The settings of the published head, and the labels of any head.
     *
     * @param activation inside the prediction head
     * @param pooling which vector of a text the classifier sees: {@link Pooling#CLS} or {@link Pooling#MEAN}
     * @param bias whether the dense layer of the prediction head has a bias
     * @param dropout probability of dropping a number before the classifier, in [0, 1)
     * @param labels different names of the classes in order; empty if none are given
     */
    public record Classifier(
            Activation activation, Pooling pooling, boolean bias, double dropout, List<String> labels) {
        /** Keeps its own copy of the labels. */
        public Classifier {
            labels = List.copyOf(labels);
        }
    }

    /** Keeps its own copy of the names. */
    public ModernBertConfig {
        ignored = List.copyOf(ignored);
    }

    /**
     * Reads {@code config.json} of a checkpoint folder, as {@link #parse} does.
     *
     * @throws InputException if it cannot be read, or {@link #parse} refuses it
     */
    public static ModernBertConfig read(Path folder) {
        return ConfigReader.read(folder);
    }

    /**
     * Reads a configuration as the transformers library writes it: the older layout with {@code global_rope_theta} and
     * {@code global_attn_every_n_layers}, or the newer one with {@code rope_parameters} and {@code layer_types}. A missing field
     * has the value that library gives it.
     *
     * @param json the text
     * @param where what the text is, to begin messages with
     * @throws InputException if the text is not JSON, a field has the wrong type or is out of range, fields contradict each other,
     *     or a field asks for something that is not supported; the message names the field
     */
    public static ModernBertConfig parse(String json, String where) {
        return ConfigReader.parse(json, where);
    }

    /**
     * The text of a {@code config.json} that {@link #parse} reads back and that the transformers library loads: from release 4.48
     * on, or from release 5 on if global layers do not come at regular intervals. Begin and end of text are written as the cls and
     * sep tokens; {@link #ignored} fields are left out.
     *
     * @param architecture class of that library which the weights are for, such as {@code ModernBertForSequenceClassification}
     * @param weightType torch's name of the type that the weights are stored in, such as {@code float32}
     */
    public String toJson(String architecture, String weightType) {
        return ConfigWriter.toJson(this, architecture, weightType);
    }

    /**
     * The same network with other classes.
     *
     * @param labels their names in order, no name twice
     */
    public ModernBertConfig withLabels(List<String> labels) {
        Classifier other = new Classifier(
                classifier.activation(), classifier.pooling(), classifier.bias(), classifier.dropout(), labels);
        return new ModernBertConfig(encoder, tokens, other, decoderBias, initializerRange, initializerCutoff, ignored);
    }
}
