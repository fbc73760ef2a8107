package org.modernbert4j.model;

/**
 * The dimensions and settings of the encoder. One that exists is consistent and supported.
 *
 * @param vocabularySize number of tokens that exist
 * @param hiddenSize width of the residual stream
 * @param layers number of layers
 * @param maxPositions most tokens of a text
 * @param attention of each layer
 * @param mlp the feed-forward block of each layer
 * @param norm every normalization
 * @param embeddingDropout probability of dropping a number after the embedding, in [0, 1)
 */
public record EncoderConfig(
        int vocabularySize,
        int hiddenSize,
        int layers,
        int maxPositions,
        AttentionConfig attention,
        MlpConfig mlp,
        NormConfig norm,
        double embeddingDropout) {

    /**
     * Checks the sizes, and that they fit the attention.
     *
     * @throws IllegalArgumentException if they do not; the message names the field in {@code config.json}
     */
    public EncoderConfig {
        Checks.positive("vocab_size", vocabularySize);
        Checks.positive("hidden_size", hiddenSize);
        Checks.positive("num_hidden_layers", layers);
        Checks.positive("max_position_embeddings", maxPositions);
        Checks.probability("embedding_dropout", embeddingDropout);
        int heads = attention.heads();
        Checks.require(
                hiddenSize % heads == 0, "hidden_size", hiddenSize, "a multiple of num_attention_heads " + heads);
        Checks.require(
                hiddenSize / heads % 2 == 0,
                "hidden_size / num_attention_heads",
                hiddenSize / heads,
                "an even number, as positions turn pairs");
        Checks.require(
                attention.kinds().size() == layers,
                "layer_types",
                attention.kinds().size() + " kinds",
                "one for each of num_hidden_layers " + layers);
    }

    /** Width of one head of attention. */
    public int headSize() {
        return hiddenSize / attention.heads();
    }
}
