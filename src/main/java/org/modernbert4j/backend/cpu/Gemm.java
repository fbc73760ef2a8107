package org.modernbert4j.backend.cpu;

import java.nio.Buffer;
import java.nio.FloatBuffer;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Matrix products on the calling thread only, summed in float32.
 *
 * @param <B> memory of the operands: {@link FloatBuffer} for float32, {@link java.nio.ShortBuffer} for bfloat16
 */
abstract class Gemm<B extends Buffer> {
    /**
     * Computes {@code c = a b}.
     *
     * @param a {@code [m, k]}
     * @param b {@code [k, n]}
     * @param c {@code [m, n]}, row-major; its old contents are not read
     * @throws IllegalArgumentException if the shapes do not fit together
     */
    final void multiply(Matrix<B> a, Matrix<B> b, Matrix<FloatBuffer> c) {
        requireProduct(a, b, c);
        compute(a, b, c, false);
    }

    /** Computes {@code c += a b}, for the same shapes as {@link #multiply}. */
    final void multiplyAdd(Matrix<B> a, Matrix<B> b, Matrix<FloatBuffer> c) {
        requireProduct(a, b, c);
        compute(a, b, c, true);
    }

    static void requireProduct(Matrix<?> a, Matrix<?> b, Matrix<?> c) {
        if (a.rows != c.rows || a.columns != b.rows || b.columns != c.columns || c.columnMajor) {
            throw new IllegalArgumentException("the product of " + a + " and " + b + " does not fit into a "
                    + (c.columnMajor ? "column-major " : "row-major ") + c);
        }
    }

    /**
     * Computes a product of matrices whose shapes fit together.
     *
     * @param adds whether the product is added to the contents of c; otherwise these are not read
     */
    abstract void compute(Matrix<B> a, Matrix<B> b, Matrix<FloatBuffer> c, boolean adds);

    /**
     * Into how many parts the rows of a product may be shared at most, so that the number of workers changes no bit.
     *
     * @param a left operand {@code [m, k]}, whose rows are shared
     * @param workers how many there are
     */
    int parts(Matrix<B> a, int workers) {
        return workers;
    }

    /**
     * A matrix as an operand of this product: itself, or rounded into working memory.
     *
     * @param x dense, row-major, at the start of its buffer
     * @param scratch working memory of the calling worker
     * @param slot which of the buffers for operands to use
     */
    abstract Matrix<B> operand(Matrix<FloatBuffer> x, Scratch scratch, int slot);

    /** Limits OpenMP to one thread. ND4J's library and oneDNN share its runtime, which has settings for each calling thread. */
    static void limitOpenMp() {
        Nd4j.getBackend(); // loads the library
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    }
}
