package org.modernbert4j.backend.cpu;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import java.nio.FloatBuffer;
import org.bytedeco.openblas.presets.openblas_nolapack;

/**
 * Products by the cblas library that comes with ND4J: OpenBLAS, or MKL with {@code -Dorg.bytedeco.openblas.load=mkl_rt}. The
 * library's own threads are switched off: inside a JVM they are slower than workers that each call it single-threaded.
 */
public final class CblasGemm extends Gemm<FloatBuffer> {
    /** Loads the library and limits it, for the whole process, to the calling thread. */
    public CblasGemm() {
        openblas_nolapack.blas_set_num_threads(1);
    }

    @Override
    void compute(Matrix<FloatBuffer> a, Matrix<FloatBuffer> b, Matrix<FloatBuffer> c, boolean adds) {
        cblas_sgemm(
                CblasRowMajor,
                a.columnMajor ? CblasTrans : CblasNoTrans,
                b.columnMajor ? CblasTrans : CblasNoTrans,
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
    }

    @Override
    Matrix<FloatBuffer> operand(Matrix<FloatBuffer> x, Scratch scratch, int slot) {
        return x;
    }
}
