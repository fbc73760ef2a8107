package org.modernbert4j.model;

import org.modernbert4j.ops.Activation;

/**
 * The settings of the feed-forward block.
 *
 * @param intermediateSize width inside the block, of each of its two halves
 * @param activation of the first half; only {@link Activation#GELU} is supported
 * @param bias whether the projections have a bias
 * @param dropout probability of dropping a number inside the block, in [0, 1)
 */
public record MlpConfig(int intermediateSize, Activation activation, boolean bias, double dropout) {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException for one out of range or not supported; the message names the field in {@code config.json}
     */
    public MlpConfig {
        Checks.positive("intermediate_size", intermediateSize);
        Checks.probability("mlp_dropout", dropout);
        Checks.require(activation == Activation.GELU, "hidden_activation", activation, "gelu, all that is supported");
    }
}
