package org.modernbert4j.ops.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.modernbert4j.ops.kernel.Buffers.random;

import java.nio.FloatBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against products in double precision. */
class GemmTest {
    private static final int OFFSET = 3;
    private static final int GAP = 5;

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1",
        "1, 17, 768",
        "3, 5, 7",
        "64, 300, 64",
        "33, 31, 129",
        "257, 96, 40",
        "2, 768, 1",
        "128, 1, 300"
    })
    void multiplies(int m, int n, int k) {
        for (Gemm<FloatBuffer> gemm : Float32Gemms.all()) {
            for (boolean transposeA : new boolean[] {false, true}) {
                for (boolean transposeB : new boolean[] {false, true}) {
                    check(gemm, transposeA, transposeB, m, n, k, false);
                    check(gemm, transposeA, transposeB, m, n, k, true);
                }
            }
        }
    }

    private static void check(
            Gemm<FloatBuffer> gemm, boolean transposeA, boolean transposeB, int m, int n, int k, boolean adds) {
        int lda = (transposeA ? m : k) + GAP;
        int ldb = (transposeB ? k : n) + GAP;
        int ldc = n + GAP;
        FloatBuffer a = random(OFFSET + lda * (transposeA ? k : m), 1);
        FloatBuffer b = random(OFFSET + ldb * (transposeB ? n : k), 2);
        FloatBuffer before = random(OFFSET + ldc * m, 3);
        FloatBuffer c = random(OFFSET + ldc * m, 3);
        gemm.multiply(transposeA, transposeB, m, n, k, a, OFFSET, lda, b, OFFSET, ldb, adds, c, OFFSET, ldc);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                int at = OFFSET + i * ldc + j;
                double sum = adds ? before.get(at) : 0;
                double size = Math.abs(sum);
                for (int l = 0; l < k; l++) {
                    double term = (double) a.get(OFFSET + (transposeA ? l * lda + i : i * lda + l))
                            * b.get(OFFSET + (transposeB ? j * ldb + l : l * ldb + j));
                    sum += term;
                    size += Math.abs(term);
                }
                assertEquals(sum, c.get(at), 1e-6 * size, gemm + " row " + i + " column " + j);
            }
            for (int at = OFFSET + i * ldc + n; at < OFFSET + (i + 1) * ldc; at++) {
                assertEquals(before.get(at), c.get(at), gemm + " beside the result");
            }
        }
    }
}
