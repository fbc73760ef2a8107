package org.modernbert4j.model;

/**
 * The settings of every normalization, those of heads included.
 *
 * @param eps added to the variance
 * @param bias whether it has a bias
 */
public record NormConfig(double eps, boolean bias) {
    /**
     * Checks the value.
     *
     * @throws IllegalArgumentException if eps is not above 0
     */
    public NormConfig {
        Checks.positive("norm_eps", eps);
    }
}
