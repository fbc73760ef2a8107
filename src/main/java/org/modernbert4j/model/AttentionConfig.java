package org.modernbert4j.model;

import java.util.List;

/**
 * The settings of attention.
 *
 * @param heads number of heads in each layer
 * @param kinds one per layer, first layer first
 * @param localWindow tokens in the window of a {@link AttentionKind#SLIDING} layer, both sides together
 * @param globalTheta base of the rotary angles in {@link AttentionKind#GLOBAL} layers
 * @param localTheta base of the rotary angles in {@link AttentionKind#SLIDING} layers
 * @param bias whether the projections have a bias
 * @param dropout probability of dropping a weight of attention; only 0 is supported
 */
public record AttentionConfig(
        int heads,
        List<AttentionKind> kinds,
        int localWindow,
        double globalTheta,
        double localTheta,
        boolean bias,
        double dropout) {

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException for one out of range or not supported; the message names the field in {@code config.json}
     */
    public AttentionConfig {
        kinds = List.copyOf(kinds);
        Checks.positive("num_attention_heads", heads);
        Checks.positive("local_attention", localWindow);
        Checks.positive("rope_theta of full_attention", globalTheta);
        Checks.positive("rope_theta of sliding_attention", localTheta);
        Checks.require(dropout == 0, "attention_dropout", dropout, "0.0, all that is supported");
    }

    /** In a {@link AttentionKind#SLIDING} layer, query i sees key j if |i - j| is at most this. */
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
