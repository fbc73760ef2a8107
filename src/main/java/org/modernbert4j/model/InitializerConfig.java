package org.modernbert4j.model;

/**
 * The distribution of fresh weights, a normal one that is cut off.
 *
 * @param range standard deviation
 * @param cutoffFactor standard deviations at which it is cut off
 */
public record InitializerConfig(double range, double cutoffFactor) {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException for one that is not above 0; the message names the field in {@code config.json}
     */
    public InitializerConfig {
        Checks.positive("initializer_range", range);
        Checks.positive("initializer_cutoff_factor", cutoffFactor);
    }
}
