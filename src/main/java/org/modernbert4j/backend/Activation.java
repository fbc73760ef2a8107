package org.modernbert4j.backend;

import java.util.Locale;

/** A function of a single number, applied to each element. */
public enum Activation {
    /** x * P(X &lt;= x) with X standard normal; the exact form with erf. */
    GELU,
    /** max(x, 0). */
    RELU,
    /** x / (1 + exp(-x)). */
    SILU,
    /** The hyperbolic tangent of x. */
    TANH;

    /** Its number in saved graphs and for kernels. The order of these constants must not change. */
    @SuppressWarnings("EnumOrdinal")
    public long code() {
        return ordinal();
    }

    /** The function with a number from {@link #code}. */
    @SuppressWarnings("EnumOrdinal")
    public static Activation of(long code) {
        return values()[Math.toIntExact(code)];
    }

    /** Its name in {@code config.json}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
