package org.modernbert4j.backend;

import java.util.Locale;

/**
 * The number format of the operands of products, in linear layers and attention. Weights, sums, everything between the products
 * and the optimizer are float32 in any case.
 */
public enum Precision {
    /** Nothing is rounded, as by default in PyTorch. */
    FLOAT32,
    /** The operands are rounded to 8 bits of precision, with the exponents of float32. */
    BFLOAT16;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
