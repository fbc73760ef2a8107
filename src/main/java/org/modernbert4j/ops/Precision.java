package org.modernbert4j.ops;

import java.util.Locale;
import org.modernbert4j.InputException;
import org.modernbert4j.ops.kernel.Bfloat16Gemm;
import org.modernbert4j.ops.kernel.CblasGemm;
import org.modernbert4j.ops.kernel.Gemm;
import org.modernbert4j.ops.kernel.OneDnnGemm;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * What linear layers multiply in. Whatever the operands of the products are rounded to, weights, sums, everything between the
 * products and the optimizer are float32.
 */
public enum Precision {
    /** Nothing is rounded: the numbers of PyTorch's default. */
    FLOAT32 {
        @Override
        public Gemm gemm() {
            String name = System.getProperty("gemm", "");
            return switch (name) {
                case "onednn" -> new OneDnnGemm(Precision::oneOpenMpThread);
                case "cblas" -> new CblasGemm();
                case "" -> fastest();
                default ->
                    throw new InputException("-Dgemm=" + name + ": found neither onednn nor cblas; use one of them");
            };
        }

        private Gemm fastest() {
            try {
                return new OneDnnGemm(Precision::oneOpenMpThread);
            } catch (LinkageError e) {
                return new CblasGemm(); // no build for this platform
            }
        }
    },
    /** The operands are rounded to 8 bits of precision, with the exponents of float32. */
    BFLOAT16 {
        @Override
        public Gemm gemm() {
            return new Bfloat16Gemm(Precision::oneOpenMpThread);
        }
    };

    /**
     * Loads what multiplies: for float32 oneDNN, or where it has no build the cblas library that comes with ND4J. {@code
     * -Dgemm=onednn|cblas} names one.
     *
     * @throws LinkageError if the library that it is done with has no build for this platform
     */
    public abstract Gemm gemm();

    /** ND4J's library and oneDNN share the OpenMP runtime. */
    private static void oneOpenMpThread() {
        Nd4j.getBackend(); // loads the library
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
