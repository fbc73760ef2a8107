package org.modernbert4j.backend.cpu;

import java.nio.FloatBuffer;

/** What kernels of one backend compute with. */
public final class CpuContext implements AutoCloseable {
    private final Workers workers;
    private final Gemm<FloatBuffer> float32 = Gemms.float32();
    private final Gemm<FloatBuffer> float32OfRows = Gemms.float32OfRows();
    private Bfloat16Gemm bfloat16;

    CpuContext(int threads) {
        workers = new Workers(threads);
    }

    /** Threads that share each op's work. */
    Workers workers() {
        return workers;
    }

    /** Products of float32 matrices, each by one worker. */
    Gemm<FloatBuffer> float32() {
        return float32;
    }

    /** Products of float32 matrices whose rows are shared by workers. */
    Gemm<FloatBuffer> float32OfRows() {
        return float32OfRows;
    }

    /**
     * Products of bfloat16 matrices, loaded by the first use: not every platform has them.
     *
     * @throws LinkageError if the library has no build for this platform
     * @throws IllegalStateException if the processor has no such products
     */
    synchronized Bfloat16Gemm bfloat16() {
        if (bfloat16 == null) {
            bfloat16 = Gemms.bfloat16();
        }
        return bfloat16;
    }

    @Override
    public void close() {
        workers.close();
    }
}
