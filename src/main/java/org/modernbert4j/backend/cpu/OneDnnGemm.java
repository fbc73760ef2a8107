package org.modernbert4j.backend.cpu;

import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx512_core;
import static org.bytedeco.dnnl.global.dnnl.dnnl_get_effective_cpu_isa;
import static org.bytedeco.dnnl.global.dnnl.dnnl_sgemm;
import static org.bytedeco.dnnl.global.dnnl.dnnl_success;

import java.nio.FloatBuffer;

/**
 * Products by oneDNN, which compiles code for the processor that it runs on. It exists for x86-64 only, and is faster than
 * OpenBLAS at small matrices.
 */
public final class OneDnnGemm extends Gemm<FloatBuffer> {
    private static final byte AS_IT_IS = 'N';
    private static final byte TRANSPOSED = 'T';

    private final ThreadLocal<Boolean> prepared;

    /**
     * Loads the library.
     *
     * @param prepareThread run once by each thread before its first product: limits OpenMP, whose settings belong to a thread, to
     *     one thread
     * @throws LinkageError if it has no build for this platform
     */
    public OneDnnGemm(Runnable prepareThread) {
        prepared = ThreadLocal.withInitial(() -> {
            prepareThread.run();
            return true;
        });
        Matrix<FloatBuffer> one = Matrix.of(FloatBuffer.allocate(1), 1, 1);
        multiply(one, one, Matrix.of(FloatBuffer.allocate(1), 1, 1));
    }

    @Override
    void compute(Matrix<FloatBuffer> a, Matrix<FloatBuffer> b, Matrix<FloatBuffer> c, boolean adds) {
        prepared.get();
        int status = dnnl_sgemm(
                a.columnMajor ? TRANSPOSED : AS_IT_IS,
                b.columnMajor ? TRANSPOSED : AS_IT_IS,
                c.rows,
                c.columns,
                a.columns,
                1f,
                data(a),
                a.stride,
                data(b),
                b.stride,
                adds ? 1f : 0f,
                data(c),
                c.stride);
        if (status != dnnl_success) {
            throw new IllegalStateException("oneDNN failed with status " + status);
        }
    }

    @Override
    Matrix<FloatBuffer> operand(Matrix<FloatBuffer> x, Scratch scratch, int slot) {
        return x;
    }

    /**
     * Whether the rounding of a row does not depend on where the rows of a product are cut, between tiles. It does not with AVX-512;
     * for older processors oneDNN halves large products where their size says.
     */
    boolean roundsAllRowsAlike() {
        return (dnnl_get_effective_cpu_isa() & dnnl_cpu_isa_avx512_core) == dnnl_cpu_isa_avx512_core;
    }
}
