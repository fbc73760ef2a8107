package org.modernbert4j.ops;

import java.util.Locale;
import org.modernbert4j.ops.kernel.Bfloat16Gemm;
import org.modernbert4j.ops.kernel.CblasGemm;
import org.modernbert4j.ops.kernel.Gemm;

/**
 * What linear layers multiply in. Whatever the operands of the products are rounded to, weights, sums, everything between the
 * products and the optimizer are float32.
 */
public enum Precision {
    /** Nothing is rounded: the numbers of PyTorch's default. */
    FLOAT32 {
        @Override
        public Gemm gemm() {
            return new CblasGemm();
        }
    },
    /** The operands are rounded to 8 bits of precision, with the exponents of float32. */
    BFLOAT16 {
        @Override
        public Gemm gemm() {
            return new Bfloat16Gemm();
        }
    };

    /**
     * Loads what multiplies.
     *
     * @throws LinkageError if the library that it is done with has no build for this platform
     */
    public abstract Gemm gemm();

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
