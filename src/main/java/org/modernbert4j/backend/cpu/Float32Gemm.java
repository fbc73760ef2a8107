package org.modernbert4j.backend.cpu;

import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx512_core;
import static org.bytedeco.dnnl.global.dnnl.dnnl_get_effective_cpu_isa;
import static org.bytedeco.dnnl.global.dnnl.dnnl_sgemm;
import static org.bytedeco.dnnl.global.dnnl.dnnl_success;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import java.nio.FloatBuffer;
import org.bytedeco.openblas.presets.openblas_nolapack;
import org.modernbert4j.InputException;

/**
 * Products of float32 matrices by one of two libraries. oneDNN compiles code for the processor that it runs on. It exists for x86-64
 * only and is faster at small matrices. The cblas library comes with ND4J and exists everywhere: OpenBLAS, or MKL with {@code
 * -Dorg.bytedeco.openblas.load=mkl_rt}. The libraries' own threads are off, because in a JVM they are slower than workers that each
 * call a single-threaded library.
 */
final class Float32Gemm extends Gemm<FloatBuffer> {
    private final boolean byOneDnn;

    /** True for a thread whose OpenMP is limited. */
    private final ThreadLocal<Boolean> prepared = ThreadLocal.withInitial(() -> {
        limitOpenMp();
        return true;
    });

    private Float32Gemm(boolean byOneDnn) {
        this.byOneDnn = byOneDnn;
    }

    /**
     * Loads oneDNN.
     *
     * @throws LinkageError if it has no build for this platform
     */
    static Float32Gemm oneDnn() {
        Float32Gemm gemm = new Float32Gemm(true);
        Matrix<FloatBuffer> one = Matrix.of(FloatBuffer.allocate(1), 1, 1);
        gemm.multiply(one, one, Matrix.of(FloatBuffer.allocate(1), 1, 1));
        return gemm;
    }

    /** Loads cblas and limits it, for the whole process, to the calling thread. */
    static Float32Gemm cblas() {
        openblas_nolapack.blas_set_num_threads(1);
        return new Float32Gemm(false);
    }

    /**
     * Loads oneDNN, or cblas if oneDNN has no build; {@code -Dgemm=onednn|cblas} names one of them.
     *
     * @param ofRows whether workers share the rows of a product. Then cblas is also used on processors on which the rounding of
     *     oneDNN depends on where the rows are cut
     * @throws InputException for another name
     * @throws LinkageError if the named library has no build for this platform
     */
    static Float32Gemm ofProcess(boolean ofRows) {
        String name = System.getProperty("gemm", "");
        return switch (name) {
            case "onednn" -> oneDnn();
            case "cblas" -> cblas();
            case "" -> fastest(ofRows);
            default -> throw new InputException("-Dgemm=" + name + ": found neither onednn nor cblas; use one of them");
        };
    }

    private static Float32Gemm fastest(boolean ofRows) {
        try {
            Float32Gemm oneDnn = oneDnn();
            return ofRows && !oneDnnRoundsAllRowsAlike() ? cblas() : oneDnn;
        } catch (LinkageError e) {
            return cblas(); // no build for this platform
        }
    }

    /**
     * Whether oneDNN rounds a row in the same way wherever the rows of a product are cut between tiles. With AVX-512 it does. On
     * older processors it cuts large products in two, at a row that depends on their size.
     */
    private static boolean oneDnnRoundsAllRowsAlike() {
        return (dnnl_get_effective_cpu_isa() & dnnl_cpu_isa_avx512_core) == dnnl_cpu_isa_avx512_core;
    }

    /** The library that computes the products. */
    String description() {
        return byOneDnn ? "oneDNN" : "OpenBLAS";
    }

    @Override
    void compute(Matrix<FloatBuffer> a, Matrix<FloatBuffer> b, Matrix<FloatBuffer> c, boolean adds) {
        int m = c.rows;
        int n = c.columns;
        int k = a.columns;
        float beta = adds ? 1f : 0f;
        if (byOneDnn) {
            prepared.get();
            byte ta = transposition(a);
            byte tb = transposition(b);
            int status = dnnl_sgemm(ta, tb, m, n, k, 1f, data(a), a.stride, data(b), b.stride, beta, data(c), c.stride);
            if (status != dnnl_success) {
                throw new IllegalStateException("oneDNN failed with status " + status);
            }
        } else {
            int ta = a.columnMajor ? CblasTrans : CblasNoTrans;
            int tb = b.columnMajor ? CblasTrans : CblasNoTrans;
            cblas_sgemm(
                    CblasRowMajor, ta, tb, m, n, k, 1f, data(a), a.stride, data(b), b.stride, beta, data(c), c.stride);
        }
    }

    /** BLAS's letter for the storage order of a matrix. */
    private static byte transposition(Matrix<FloatBuffer> matrix) {
        return (byte) (matrix.columnMajor ? 'T' : 'N');
    }

    /** The buffer from the first element of a matrix on. */
    private static FloatBuffer data(Matrix<FloatBuffer> matrix) {
        FloatBuffer buffer = matrix.buffer;
        return buffer.slice(matrix.start, buffer.limit() - matrix.start);
    }

    @Override
    Matrix<FloatBuffer> operand(Matrix<FloatBuffer> x, Scratch scratch, int slot) {
        return x;
    }
}
