package org.modernbert4j.ops.kernel;

import static org.bytedeco.dnnl.global.dnnl.dnnl_sgemm;
import static org.bytedeco.dnnl.global.dnnl.dnnl_success;

import java.nio.FloatBuffer;

/** oneDNN, which compiles code for the processor it runs on: x86-64 alone, and ahead of OpenBLAS where matrices are small. */
public final class OneDnnGemm implements Gemm<FloatBuffer> {
    private static final byte AS_IT_IS = 'N';
    private static final byte TRANSPOSED = 'T';

    private final ThreadLocal<Boolean> prepared;

    /**
     * Loads the library.
     *
     * @param prepareThread run once by each thread before its first product: keeps OpenMP, whose settings are those of a thread,
     *     from adding threads of its own
     * @throws LinkageError if there is none for this platform
     */
    public OneDnnGemm(Runnable prepareThread) {
        prepared = ThreadLocal.withInitial(() -> {
            prepareThread.run();
            return true;
        });
        FloatBuffer one = FloatBuffer.allocate(1);
        multiply(false, false, 1, 1, 1, one, 0, 1, one, 0, 1, false, FloatBuffer.allocate(1), 0, 1);
    }

    @Override
    public void multiply(
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            FloatBuffer a,
            int aStart,
            int lda,
            FloatBuffer b,
            int bStart,
            int ldb,
            boolean adds,
            FloatBuffer c,
            int cStart,
            int ldc) {
        prepared.get();
        int status = dnnl_sgemm(
                transposeA ? TRANSPOSED : AS_IT_IS,
                transposeB ? TRANSPOSED : AS_IT_IS,
                m,
                n,
                k,
                1f,
                Gemm.from(a, aStart),
                lda,
                Gemm.from(b, bStart),
                ldb,
                adds ? 1f : 0f,
                Gemm.from(c, cStart),
                ldc);
        if (status != dnnl_success) {
            throw new IllegalStateException("oneDNN refuses: status " + status);
        }
    }

    @Override
    public FloatBuffer operand(FloatBuffer x, int count, Scratch scratch, int slot) {
        return x;
    }
}
