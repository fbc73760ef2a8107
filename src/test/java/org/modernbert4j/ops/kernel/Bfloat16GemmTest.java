package org.modernbert4j.ops.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.modernbert4j.ops.kernel.Buffers.random;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.Bfloat16;

/** Against products of the rounded operands in double precision. */
class Bfloat16GemmTest {
    private static final int OFFSET = 3;
    private static final int GAP = 5;

    private static Bfloat16Gemm gemm;

    @BeforeAll
    static void needsTheProducts() {
        gemm = Bfloat16.gemmOrSkip();
    }

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
    void multipliesOperandsRoundedToTheNearest(int m, int n, int k) {
        for (boolean transposeA : new boolean[] {false, true}) {
            for (boolean transposeB : new boolean[] {false, true}) {
                for (boolean adds : new boolean[] {false, true}) {
                    check(transposeA, transposeB, m, n, k, adds);
                }
            }
        }
    }

    private static void check(boolean transposeA, boolean transposeB, int m, int n, int k, boolean adds) {
        int lda = (transposeA ? m : k) + GAP;
        int ldb = (transposeB ? k : n) + GAP;
        int ldc = n + GAP;
        ShortBuffer a = rounded(random(OFFSET + lda * (transposeA ? k : m), 1));
        ShortBuffer b = rounded(random(OFFSET + ldb * (transposeB ? n : k), 2));
        FloatBuffer before = random(OFFSET + ldc * m, 3);
        FloatBuffer c = random(OFFSET + ldc * m, 3);
        gemm.multiply(transposeA, transposeB, m, n, k, a, OFFSET, lda, b, OFFSET, ldb, adds, c, OFFSET, ldc);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                int at = OFFSET + i * ldc + j;
                double sum = adds ? before.get(at) : 0;
                double size = Math.abs(sum);
                for (int l = 0; l < k; l++) {
                    double term = value(a, OFFSET + (transposeA ? l * lda + i : i * lda + l))
                            * value(b, OFFSET + (transposeB ? j * ldb + l : l * ldb + j));
                    sum += term;
                    size += Math.abs(term);
                }
                assertEquals(sum, c.get(at), 1e-6 * size + 1e-7, "row " + i + " column " + j);
            }
            for (int j = n; j < ldc && OFFSET + i * ldc + j < c.limit(); j++) {
                assertEquals(before.get(OFFSET + i * ldc + j), c.get(OFFSET + i * ldc + j), "beside the result");
            }
        }
    }

    private static double value(ShortBuffer x, int at) {
        return Float.intBitsToFloat(x.get(at) << 16);
    }

    private static ShortBuffer rounded(FloatBuffer x) {
        ShortBuffer rounded = shorts(x.capacity());
        gemm.round(x, rounded, 0, x.capacity());
        return rounded;
    }

    private static ShortBuffer shorts(int count) {
        return ByteBuffer.allocateDirect(count * Short.BYTES)
                .order(ByteOrder.nativeOrder())
                .asShortBuffer();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 15, 16, 17, 129, 1000})
    void roundsToTheNearestAndHalvesToEven(int count) {
        FloatBuffer x = random(count + 2, 7);
        x.put(1, Float.intBitsToFloat(0x3f808000));
        x.put(count, Float.intBitsToFloat(0x3f818000));
        ShortBuffer rounded = shorts(count + 2);
        gemm.round(x, rounded, 1, count + 1);
        for (int i = 1; i <= count; i++) {
            int bits = Float.floatToRawIntBits(x.get(i));
            assertEquals((short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16), rounded.get(i), "number " + i);
        }
        assertEquals(0, rounded.get(0));
        assertEquals(0, rounded.get(count + 1));
    }

    @Test
    void keepsCodeForAFewShapesOnly() {
        ShortBuffer x = rounded(random(2000 * 4, 1));
        FloatBuffer y = random(2000 * 4, 2);
        for (int n = 1; n < 1200; n++) {
            gemm.multiply(false, false, 2, n, 4, x, 0, 4, x, 0, n, false, y, 100, n);
        }
        check(false, true, 1, 3, 5, false);
    }
}
