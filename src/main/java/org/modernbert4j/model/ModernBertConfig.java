package org.modernbert4j.model;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import org.modernbert4j.InputException;

/**
 * The dimensions and settings of a ModernBERT network. One that exists is consistent and supported.
 *
 * @param vocabularySize tokens that exist
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width inside the feed-forward block, of each of its two halves
 * @param layers how many
 * @param heads of attention in each layer
 * @param maxPositions most tokens of a text
 * @param normEps added to the variance in every normalization
 * @param normBias whether normalizations have a bias
 * @param attentionBias whether the projections of attention have a bias
 * @param mlpBias whether the projections of the feed-forward block have a bias
 * @param localAttention tokens in the window of a {@link AttentionKind#SLIDING} layer, both sides together
 * @param attentionKinds one per layer, first layer first
 * @param globalTheta base of the rotary angles in {@link AttentionKind#GLOBAL} layers
 * @param localTheta base of the rotary angles in {@link AttentionKind#SLIDING} layers
 * @param embeddingDropout probability of dropping a number after the embedding, in [0, 1)
 * @param mlpDropout the same inside the feed-forward block
 * @param attentionDropout the same of attention; only 0 is supported
 * @param hiddenActivation inside the feed-forward block; only {@link Activation#GELU} is supported
 * @param classifierActivation inside the prediction head
 * @param classifierPooling which vector of a text the classifier sees
 * @param classifierBias whether the dense layer of the prediction head has a bias
 * @param classifierDropout probability of dropping a number before the classifier, in [0, 1)
 * @param decoderBias whether the decoder of masked tokens has a bias
 * @param tieWordEmbeddings whether that decoder's matrix is the embedding; only true is supported
 * @param initializerRange standard deviation of fresh weights
 * @param initializerCutoffFactor standard deviations at which fresh weights are cut off
 * @param padTokenId token that fills a row up; empty if the model has none
 * @param clsTokenId first token of a text; empty if the model has none
 * @param sepTokenId last token of a text; empty if the model has none
 * @param id2label names of the classes in order; empty if none are given
 * @param ignored fields of {@code config.json} that are not known here, in its order; they have no part in the network
 */
public record ModernBertConfig(
        int vocabularySize,
        int hiddenSize,
        int intermediateSize,
        int layers,
        int heads,
        int maxPositions,
        double normEps,
        boolean normBias,
        boolean attentionBias,
        boolean mlpBias,
        int localAttention,
        List<AttentionKind> attentionKinds,
        double globalTheta,
        double localTheta,
        double embeddingDropout,
        double mlpDropout,
        double attentionDropout,
        Activation hiddenActivation,
        Activation classifierActivation,
        Pooling classifierPooling,
        boolean classifierBias,
        double classifierDropout,
        boolean decoderBias,
        boolean tieWordEmbeddings,
        double initializerRange,
        double initializerCutoffFactor,
        OptionalInt padTokenId,
        OptionalInt clsTokenId,
        OptionalInt sepTokenId,
        List<String> id2label,
        List<String> ignored) {

    /**
     * Checks that the settings are consistent and supported.
     *
     * @throws IllegalArgumentException if not; the message gives the name in {@code config.json}, what was found and what was
     *     wanted
     */
    public ModernBertConfig {
        attentionKinds = List.copyOf(attentionKinds);
        id2label = List.copyOf(id2label);
        ignored = List.copyOf(ignored);
        positive("vocab_size", vocabularySize);
        positive("hidden_size", hiddenSize);
        positive("intermediate_size", intermediateSize);
        positive("num_hidden_layers", layers);
        positive("num_attention_heads", heads);
        positive("max_position_embeddings", maxPositions);
        positive("local_attention", localAttention);
        positive("norm_eps", normEps);
        positive("rope_theta of full_attention", globalTheta);
        positive("rope_theta of sliding_attention", localTheta);
        positive("initializer_range", initializerRange);
        positive("initializer_cutoff_factor", initializerCutoffFactor);
        probability("embedding_dropout", embeddingDropout);
        probability("mlp_dropout", mlpDropout);
        probability("classifier_dropout", classifierDropout);
        require(hiddenSize % heads == 0, "hidden_size", hiddenSize, "a multiple of num_attention_heads " + heads);
        require(
                hiddenSize / heads % 2 == 0,
                "hidden_size / num_attention_heads",
                hiddenSize / heads,
                "an even number, as positions turn pairs");
        require(
                attentionKinds.size() == layers,
                "layer_types",
                attentionKinds.size() + " kinds",
                "one for each of num_hidden_layers " + layers);
        require(attentionDropout == 0, "attention_dropout", attentionDropout, "0.0, all that is supported");
        require(
                hiddenActivation == Activation.GELU,
                "hidden_activation",
                hiddenActivation,
                "gelu, all that is supported");
        require(tieWordEmbeddings, "tie_word_embeddings", false, "true, all that is supported");
        token("pad_token_id", padTokenId, vocabularySize);
        token("cls_token_id", clsTokenId, vocabularySize);
        token("sep_token_id", sepTokenId, vocabularySize);
        require(new HashSet<>(id2label).size() == id2label.size(), "id2label", id2label, "no label twice");
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

    /** Width of one head of attention. */
    public int headSize() {
        return hiddenSize / heads;
    }

    /** In a {@link AttentionKind#SLIDING} layer, query i sees key j if |i - j| is at most this. */
    public int slidingRadius() {
        return localAttention / 2;
    }

    /**
     * The same network with other classes.
     *
     * @param labels their names in order
     * @throws IllegalArgumentException if a label is there twice
     */
    public ModernBertConfig withClasses(List<String> labels) {
        return new ModernBertConfig(
                vocabularySize,
                hiddenSize,
                intermediateSize,
                layers,
                heads,
                maxPositions,
                normEps,
                normBias,
                attentionBias,
                mlpBias,
                localAttention,
                attentionKinds,
                globalTheta,
                localTheta,
                embeddingDropout,
                mlpDropout,
                attentionDropout,
                hiddenActivation,
                classifierActivation,
                classifierPooling,
                classifierBias,
                classifierDropout,
                decoderBias,
                tieWordEmbeddings,
                initializerRange,
                initializerCutoffFactor,
                padTokenId,
                clsTokenId,
                sepTokenId,
                labels,
                ignored);
    }

    private static void positive(String name, int value) {
        require(value > 0, name, value, "a number above 0");
    }

    private static void positive(String name, double value) {
        require(value > 0 && Double.isFinite(value), name, value, "a number above 0");
    }

    private static void probability(String name, double value) {
        require(value >= 0 && value < 1, name, value, "a number from 0 to below 1");
    }

    private static void token(String name, OptionalInt id, int vocabularySize) {
        id.ifPresent(token -> require(
                token >= 0 && token < vocabularySize,
                name,
                token,
                "null or a token below vocab_size " + vocabularySize));
    }

    private static void require(boolean met, String name, Object found, String wanted) {
        if (!met) {
            throw new IllegalArgumentException("%s: found %s, wanted %s".formatted(name, found, wanted));
        }
    }
}
