package org.modernbert4j.ops.kernel;

import java.nio.Buffer;
import java.nio.FloatBuffer;

/**
 * Dense row-major matrix product on the calling thread alone, added up in float32.
 *
 * @param <B> memory of the operands: {@link FloatBuffer} of float32, {@link java.nio.ShortBuffer} of bfloat16
 */
public interface Gemm<B extends Buffer> {
    /**
     * {@code c = op(a) * op(b)}, or {@code c + op(a) * op(b)}, where {@code op} transposes or does nothing.
     *
     * @param transposeA a is stored as {@code [k, m]}
     * @param transposeB b is stored as {@code [n, k]}
     * @param m rows of c
     * @param n columns of c
     * @param k inner size
     * @param a left matrix
     * @param aStart its first element in the buffer
     * @param lda elements from one row of a, as it is stored, to the next
     * @param b right matrix
     * @param bStart its first element in the buffer
     * @param ldb elements from one row of b, as it is stored, to the next
     * @param adds whether the product is added to what c holds; otherwise that is not read
     * @param c result, {@code [m, n]}
     * @param cStart its first element in the buffer
     * @param ldc elements from one row of c to the next
     */
    void multiply(
            boolean transposeA,
            boolean transposeB,
            int m,
            int n,
            int k,
            B a,
            int aStart,
            int lda,
            B b,
            int bStart,
            int ldb,
            boolean adds,
            FloatBuffer c,
            int cStart,
            int ldc);

    /**
     * A matrix as an operand: itself, or rounded in working memory.
     *
     * @param x dense float32 numbers
     * @param count how many of them
     * @param scratch working memory of the calling worker
     * @param slot which of its buffers of operands to use
     */
    B operand(FloatBuffer x, int count, Scratch scratch, int slot);

    /** The part of a buffer from an element on. */
    static FloatBuffer from(FloatBuffer buffer, int start) {
        return buffer.slice(start, buffer.limit() - start);
    }
}
