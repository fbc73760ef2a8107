package org.modernbert4j.backend;

import java.util.Locale;

/**
 * The number format for the operands of matrix products, in linear layers and attention. Weights, sums, the optimizer and
 * everything between the products are always float32.
 */
public enum Precision {
    /** Operands are not rounded; PyTorch's default. */
    FLOAT32,
    /** Operands are rounded to bfloat16: 8 bits of precision, with the exponents of float32. */
    BFLOAT16;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
