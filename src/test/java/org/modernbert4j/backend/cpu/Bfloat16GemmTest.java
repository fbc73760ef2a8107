package org.modernbert4j.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.modernbert4j.backend.cpu.Buffers.random;
import static org.modernbert4j.backend.cpu.Buffers.result;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class Bfloat16GemmTest {
    private static Bfloat16Gemm gemm;

    @BeforeAll
    static void needsTheProducts() {
        gemm = Bfloat16.gemmOrSkip();
    }

    private static GemmCheck<ShortBuffer> check() {
        return new GemmCheck<>(gemm, Bfloat16GemmTest::rounded, Bfloat16GemmTest::values, 1e-7);
    }

    @ParameterizedTest
    @MethodSource("org.modernbert4j.backend.cpu.GemmCheck#sizes")
    void multipliesOperandsRoundedToTheNearest(int m, int n, int k) {
        check().everyForm(m, n, k);
    }

    private static double[] values(ShortBuffer x) {
        double[] values = new double[x.limit()];
        Arrays.setAll(values, i -> Float.intBitsToFloat(x.get(i) << 16));
        return values;
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
        FloatBuffer y = result(2000 * 4);
        for (int n = 1; n < 1200; n++) {
            gemm.multiply(Matrix.of(x, 2, 4), Matrix.of(x, 4, n), Matrix.of(y, 2, n));
        }
        check().form(false, true, 1, 3, 5, false);
    }
}
