package org.modernbert4j.backend.cpu;

import java.nio.FloatBuffer;
import org.modernbert4j.InputException;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** The libraries of matrix products. */
final class Gemms {
    private Gemms() {}

    /**
     * Loads the products of float32: oneDNN, or where it has no build the cblas library that comes with ND4J. {@code
     * -Dgemm=onednn|cblas} names one.
     *
     * @throws InputException for another name
     * @throws LinkageError if the one that is named has no build for this platform
     */
    static Gemm<FloatBuffer> float32() {
        return float32(false);
    }

    /**
     * Loads the products of float32 matrices whose rows are shared by workers: as {@link #float32}, but for processors on which the
     * rounding of oneDNN depends on where the rows are cut.
     *
     * @throws InputException as of {@link #float32}
     * @throws LinkageError as of {@link #float32}
     */
    static Gemm<FloatBuffer> float32OfRows() {
        return float32(true);
    }

    private static Gemm<FloatBuffer> float32(boolean ofRows) {
        String name = System.getProperty("gemm", "");
        return switch (name) {
            case "onednn" -> new OneDnnGemm(Gemms::oneOpenMpThread);
            case "cblas" -> new CblasGemm();
            case "" -> fastest(ofRows);
            default -> throw new InputException("-Dgemm=" + name + ": found neither onednn nor cblas; use one of them");
        };
    }

    private static Gemm<FloatBuffer> fastest(boolean ofRows) {
        try {
            OneDnnGemm oneDnn = new OneDnnGemm(Gemms::oneOpenMpThread);
            return ofRows && !oneDnn.roundsAllRowsAlike() ? new CblasGemm() : oneDnn;
        } catch (LinkageError e) {
            return new CblasGemm(); // no build for this platform
        }
    }

    /**
     * Loads the products of bfloat16.
     *
     * @throws LinkageError if the library has no build for this platform
     * @throws IllegalStateException if the processor has no such products
     */
    static Bfloat16Gemm bfloat16() {
        return new Bfloat16Gemm(Gemms::oneOpenMpThread);
    }

    /** ND4J's library and oneDNN share the OpenMP runtime, whose settings are those of the thread. */
    private static void oneOpenMpThread() {
        Nd4j.getBackend(); // loads the library
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    }
}
