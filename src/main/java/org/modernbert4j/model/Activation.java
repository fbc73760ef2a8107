package org.modernbert4j.model;

import java.util.Locale;

/** A function applied to each number by itself. */
public enum Activation {
    /** x * P(X &lt;= x) for X of the standard normal distribution, exact. */
    GELU,
    /** max(x, 0). */
    RELU,
    /** x / (1 + exp(-x)). */
    SILU,
    /** The hyperbolic tangent of x. */
    TANH;

    /** Its name in {@code config.json}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
