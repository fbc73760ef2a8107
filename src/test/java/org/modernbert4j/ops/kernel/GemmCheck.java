package org.modernbert4j.ops.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.modernbert4j.ops.kernel.Buffers.doubles;
import static org.modernbert4j.ops.kernel.Buffers.random;

import java.nio.Buffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.params.provider.Arguments;

/**
 * Products of matrices that lie within larger ones, against products of the same operands in double precision.
 *
 * @param gemm what multiplies
 * @param operand the memory of an operand of about these numbers
 * @param values the numbers in an operand
 * @param leastDifference allowed of any result, however small
 * @param <B> memory of the operands
 */
record GemmCheck<B extends Buffer>(
        Gemm<B> gemm, Function<FloatBuffer, B> operand, Function<B, double[]> values, double leastDifference) {
    private static final int OFFSET = 3;
    private static final int GAP = 5;

    /** Rows, columns and terms of products that are worth a check. */
    static List<Arguments> sizes() {
        return List.of(
                Arguments.of(1, 1, 1),
                Arguments.of(1, 17, 768),
                Arguments.of(3, 5, 7),
                Arguments.of(64, 300, 64),
                Arguments.of(33, 31, 129),
                Arguments.of(257, 96, 40),
                Arguments.of(2, 768, 1),
                Arguments.of(128, 1, 300));
    }

    /** Checks the products of one size in all forms. */
    void everyForm(int m, int n, int k) {
        for (boolean transposeA : new boolean[] {false, true}) {
            for (boolean transposeB : new boolean[] {false, true}) {
                for (boolean adds : new boolean[] {false, true}) {
                    form(transposeA, transposeB, m, n, k, adds);
                }
            }
        }
    }

    /** Checks one product; arguments as of {@link Gemm#multiply}. */
    void form(boolean transposeA, boolean transposeB, int m, int n, int k, boolean adds) {
        int lda = (transposeA ? m : k) + GAP;
        int ldb = (transposeB ? k : n) + GAP;
        int ldc = n + GAP;
        B a = operand.apply(random(OFFSET + lda * (transposeA ? k : m), 1));
        B b = operand.apply(random(OFFSET + ldb * (transposeB ? n : k), 2));
        double[] left = values.apply(a);
        double[] right = values.apply(b);
        double[] before = doubles(random(OFFSET + ldc * m, 3));
        FloatBuffer c = random(OFFSET + ldc * m, 3);
        gemm.multiply(transposeA, transposeB, m, n, k, a, OFFSET, lda, b, OFFSET, ldb, adds, c, OFFSET, ldc);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                int at = OFFSET + i * ldc + j;
                double sum = adds ? before[at] : 0;
                double size = Math.abs(sum);
                for (int l = 0; l < k; l++) {
                    double term = left[OFFSET + (transposeA ? l * lda + i : i * lda + l)]
                            * right[OFFSET + (transposeB ? j * ldb + l : l * ldb + j)];
                    sum += term;
                    size += Math.abs(term);
                }
                assertEquals(sum, c.get(at), 1e-6 * size + leastDifference, gemm + " row " + i + " column " + j);
            }
            for (int at = OFFSET + i * ldc + n; at < OFFSET + (i + 1) * ldc; at++) {
                assertEquals(before[at], c.get(at), gemm + " beside the result");
            }
        }
    }
}
