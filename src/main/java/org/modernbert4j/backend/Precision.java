package org.modernbert4j.backend;

import java.util.Locale;

/**
 * What linear layers and attention multiply in. Whatever the operands of the products are rounded to, weights, sums, everything
 * between the products and the optimizer are float32.
 */
public enum Precision {
    /** Nothing is rounded: the numbers of PyTorch's default. */
    FLOAT32,
    /** The operands are rounded to 8 bits of precision, with the exponents of float32. */
    BFLOAT16;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
