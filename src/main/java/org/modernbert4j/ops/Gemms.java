package org.modernbert4j.ops;

import java.nio.FloatBuffer;
import org.modernbert4j.InputException;
import org.modernbert4j.ops.kernel.Bfloat16Gemm;
import org.modernbert4j.ops.kernel.CblasGemm;
import org.modernbert4j.ops.kernel.Gemm;
import org.modernbert4j.ops.kernel.OneDnnGemm;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** The libraries that multiply. */
public final class Gemms {
    private Gemms() {}

    /**
     * Loads what multiplies float32: oneDNN, or where it has no build the cblas library that comes with ND4J. {@code
     * -Dgemm=onednn|cblas} names one.
     *
     * @throws InputException for another name
     * @throws LinkageError if the one that is named has no build for this platform
     */
    public static Gemm<FloatBuffer> float32() {
        String name = System.getProperty("gemm", "");
        return switch (name) {
            case "onednn" -> new OneDnnGemm(Gemms::oneOpenMpThread);
            case "cblas" -> new CblasGemm();
            case "" -> fastest();
            default -> throw new InputException("-Dgemm=" + name + ": found neither onednn nor cblas; use one of them");
        };
    }

    private static Gemm<FloatBuffer> fastest() {
        try {
            return new OneDnnGemm(Gemms::oneOpenMpThread);
        } catch (LinkageError e) {
            return new CblasGemm(); // no build for this platform
        }
    }

    /**
     * Loads what multiplies bfloat16.
     *
     * @throws LinkageError if the library has no build for this platform
     * @throws IllegalStateException if the processor has no such products
     */
    public static Bfloat16Gemm bfloat16() {
        return new Bfloat16Gemm(Gemms::oneOpenMpThread);
    }

    /** ND4J's library and oneDNN share the OpenMP runtime, whose settings are those of the thread. */
    private static void oneOpenMpThread() {
        Nd4j.getBackend(); // loads the library
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    }
}
