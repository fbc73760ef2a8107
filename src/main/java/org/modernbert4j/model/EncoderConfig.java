package org.modernbert4j.model;

import java.util.List;

/**
 * The dimensions and settings of the encoder.
 *
 * @param vocabularySize number of tokens in the vocabulary
 * @param hiddenSize width of the residual stream; a multiple of the number of heads
 * @param layers number of layers
 * @param maxPositions maximum number of tokens in a text
 * @param attention the attention of each layer
 * @param mlp the feed-forward block of each layer
 * @param norm all normalisations, also those in heads
 * @param embeddingDropout probability of setting a number after the embedding to zero, in [0, 1)
 */
public record EncoderConfig(
        int vocabularySize,
        int hiddenSize,
        int layers,
        int maxPositions,
        Attention attention,
        Mlp mlp,
        Norm norm,
        double embeddingDropout) {
    /** Limits far above any checkpoint, below which no size of an array overflows. */
    public static final int MOST_LAYERS = 1_000;

    /** Of the residual stream and of a feed-forward block. */
    public static final int MOST_WIDTH = 1 << 18;

    /** Of a text. */
    public static final int MOST_POSITIONS = 1 << 20;

    /** Which keys a query of a layer sees. */
    public enum AttentionKind {
        /** All keys of its text. */
        GLOBAL("full_attention"),
        /** The keys of its text at most {@link Attention#slidingRadius} away. */
        SLIDING("sliding_attention");

        private final String configName;

        AttentionKind(String configName) {
            this.configName = configName;
        }

        /** Its name in {@code config.json}. */
        @Override
        public String toString() {
            return configName;
        }
    }

    /**
     * The settings of attention.
     *
     * @param heads number of heads in each layer
     * @param kinds one per layer, in layer order
     * @param localWindow width of a sliding layer's window in tokens, both sides together
     * @param globalTheta base of the rotary angles in global layers
     * @param localTheta base of the rotary angles in sliding layers
     * @param bias whether the projections have a bias
     * @param dropout probability of setting a weight of attention to zero, in [0, 1)
     */
    public record Attention(
            int heads,
            List<AttentionKind> kinds,
            int localWindow,
            double globalTheta,
            double localTheta,
            boolean bias,
            double dropout) {
        /** Keeps its own copy of the kinds. */
        public Attention {
            kinds = List.copyOf(kinds);
        }

        /** In a sliding layer, query i sees key j if |i - j| is at most this. */
        public int slidingRadius() {
            return localWindow / 2;
        }

        /** The largest |i - j| at which query i of a layer sees key j; {@link Integer#MAX_VALUE} in a global layer. */
        public int radius(int layer) {
            return isGlobal(layer) ? Integer.MAX_VALUE : slidingRadius();
        }

        /** Base of the rotary angles in a layer. */
        public double theta(int layer) {
            return isGlobal(layer) ? globalTheta : localTheta;
        }

        /** Whether the queries of a layer see every key of their text. */
        public boolean isGlobal(int layer) {
            return kinds.get(layer) == AttentionKind.GLOBAL;
        }
    }

    /**
     * The settings of the feed-forward block.
     *
     * @param intermediateSize width of each of the two halves inside the block
     * @param bias whether the projections have a bias
     * @param dropout probability of setting a number inside the block to zero, in [0, 1)
     */
    public record Mlp(int intermediateSize, boolean bias, double dropout) {}

    /**
     * The settings of normalisations.
     *
     * @param eps added to the variance
     * @param bias whether normalisations have a bias
     */
    public record Norm(double eps, boolean bias) {}

    /** Width of one attention head; even, because rotary positions rotate pairs of numbers. */
    public int headSize() {
        return hiddenSize / attention.heads();
    }
}
