package org.modernbert4j.ops.kernel;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import java.nio.FloatBuffer;
import org.bytedeco.openblas.presets.openblas_nolapack;

/**
 * The cblas library that comes with ND4J: OpenBLAS, or MKL with {@code -Dorg.bytedeco.openblas.load=mkl_rt}. The library's own
 * threads are switched off: inside a JVM they lose against workers that each call it single-threaded.
 */
public final class CblasGemm implements Gemm<FloatBuffer> {
    /** Loads the library and limits it, for the whole process, to the calling thread. */
    public CblasGemm() {
        openblas_nolapack.blas_set_num_threads(1);
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
        cblas_sgemm(
                CblasRowMajor,
                transposeA ? CblasTrans : CblasNoTrans,
                transposeB ? CblasTrans : CblasNoTrans,
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
    }

    @Override
    public FloatBuffer operand(FloatBuffer x, int count, Scratch scratch, int slot) {
        return x;
    }
}
