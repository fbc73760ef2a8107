package org.modernbert4j.model;

import java.nio.file.Path;
import java.util.List;
import org.modernbert4j.InputException;

/**
 * What {@code config.json} says of a ModernBERT network. One that exists is consistent and supported.
 *
 * @param encoder its sizes and settings
 * @param tokens its special tokens
 * @param classifier settings of the published head, and the labels
 * @param decoder of masked tokens
 * @param initializer of fresh weights
 * @param ignored fields that are not known here, in the file's order; they have no part in the network
 */
public record ModernBertConfig(
        EncoderConfig encoder,
        TokenIds tokens,
        ClassifierConfig classifier,
        DecoderConfig decoder,
        InitializerConfig initializer,
        List<String> ignored) {

    /**
     * Checks that the tokens exist.
     *
     * @throws IllegalArgumentException for a token that is not in the vocabulary; the message names the field in {@code
     *     config.json}
     */
    public ModernBertConfig {
        ignored = List.copyOf(ignored);
        tokens.checkBelow(encoder.vocabularySize());
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
     * {@code global_attn_every_n_layers}, or the newer one with {@code rope_parameters} and {@code layer_types}. A field that is
     * missing has the value that library gives it; one without effect on the network is passed over.
     *
     * @param json the text
     * @param where what the text is, to begin messages with
     * @throws InputException if the text is not JSON, a field has the wrong type, fields contradict each other, or a field asks
     *     for something that is not supported
     */
    public static ModernBertConfig parse(String json, String where) {
        return ConfigReader.parse(json, where);
    }

    /**
     * The text of a {@code config.json} that {@link #parse} reads back and that the transformers library loads from release 4.48
     * on, or, where global layers do not come at regular intervals, from release 5 on. Begin and end of text are written as the
     * cls and sep tokens; {@link #ignored} fields are left out.
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
     * @param labels their names in order
     * @throws IllegalArgumentException if a label is there twice
     */
    public ModernBertConfig withLabels(List<String> labels) {
        ClassifierConfig other = new ClassifierConfig(
                classifier.activation(), classifier.pooling(), classifier.bias(), classifier.dropout(), labels);
        return new ModernBertConfig(encoder, tokens, other, decoder, initializer, ignored);
    }
}
