package org.modernbert4j.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.modernbert4j.backend.cpu.Buffers.floats;
import static org.modernbert4j.backend.cpu.Buffers.input;
import static org.modernbert4j.backend.cpu.Buffers.output;
import static org.modernbert4j.backend.cpu.Buffers.random;
import static org.modernbert4j.backend.cpu.Buffers.run;
import static org.modernbert4j.backend.cpu.Buffers.values;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.backend.DropoutMask;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.nd4j.NdArray;

class DropoutTest {
    private static final int COUNT = 100_000;
    private static final double RATE = 0.3;
    private static final CpuBackend CPU = new CpuBackend(2);

    @AfterAll
    static void close() {
        CPU.close();
    }

    private static float[] apply(FloatBuffer x, double rate, long seed, long stream) {
        NdArray y = output(x.limit());
        run(
                CPU,
                new OpCall("modernbert_dropout", new long[] {stream}, new double[] {rate}),
                List.of(input(x, x.limit()), (NdArray) CPU.upload(seed)),
                y);
        return floats(values(y));
    }

    private static boolean[] mask(long seed, long stream) {
        float[] y = apply(random(COUNT, 1), RATE, seed, stream);
        boolean[] kept = new boolean[y.length];
        for (int i = 0; i < y.length; i++) {
            kept[i] = y[i] != 0;
        }
        return kept;
    }

    private static double shareKept(boolean[] kept) {
        int count = 0;
        for (boolean one : kept) {
            count += one ? 1 : 0;
        }
        return (double) count / kept.length;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 123456789, Long.MAX_VALUE})
    void dropsTheShareAndScalesTheRest(long seed) {
        FloatBuffer x = random(COUNT, 1);
        float[] y = apply(x, RATE, seed, 0);
        float factor = (float) (1 / (1 - RATE));
        for (int i = 0; i < y.length; i++) {
            assertTrue(y[i] == 0 || y[i] == x.get(i) * factor);
        }
        // six standard deviations of a share of 100,000 draws
        assertEquals(1 - RATE, shareKept(mask(seed, 0)), 6 * Math.sqrt(RATE * (1 - RATE) / COUNT));
    }

    @Test
    void theMaskFollowsFromSeedAndStream() {
        assertArrayEquals(mask(5, 2), mask(5, 2));
        assertFalse(Arrays.equals(mask(5, 2), mask(6, 2)));
        assertFalse(Arrays.equals(mask(5, 2), mask(5, 3)));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 1000})
    void neighbouringMasksAreIndependent(long distance) {
        assertEquals(agreement(), agreement(mask(7, 0), mask(7 + distance, 0)), 0.01);
        assertEquals(agreement(), agreement(mask(7, 0), mask(7, distance)), 0.01);
    }

    private static double agreement() {
        return RATE * RATE + (1 - RATE) * (1 - RATE);
    }

    private static double agreement(boolean[] a, boolean[] b) {
        int equal = 0;
        for (int i = 0; i < a.length; i++) {
            equal += a[i] == b[i] ? 1 : 0;
        }
        return (double) equal / a.length;
    }

    @Test
    void withoutSeedOrRateNothingChanges() {
        FloatBuffer x = random(COUNT, 1);
        assertArrayEquals(floats(x), apply(x, RATE, DropoutMask.NOTHING_DROPPED, 0));
        assertArrayEquals(floats(x), apply(x, 0, 5, 0));
    }
}
