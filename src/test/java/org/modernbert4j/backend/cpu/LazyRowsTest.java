package org.modernbert4j.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.modernbert4j.backend.cpu.Buffers.floats;
import static org.modernbert4j.backend.cpu.Buffers.random;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modernbert4j.backend.AdamWStep;
import org.modernbert4j.backend.AdamWTable;
import org.modernbert4j.backend.AdamWUpdate;
import org.modernbert4j.backend.Array;
import org.nd4j.linalg.api.buffer.DataType;

/** Every bit is that of an update of all rows in every step, with a gradient of zero where a row has none. */
class LazyRowsTest {
    private static final int ENTRIES = 11;
    private static final int NEVER = 0;
    private static final int ONCE = 1;
    private static final int ONCE_FROM_ZERO = 2;
    private static final int FIRST_OF_OFTEN = 4;
    private static final CpuBackend BACKEND = new CpuBackend();

    private final Random random = new Random(1);

    @AfterAll
    static void close() {
        BACKEND.close();
    }

    /** A table and its moments. */
    private record Table(Array weight, Array mean, Array meanSquare, int width) {
        /** Numbers of several sizes; one row is all zero. */
        static Table of(int width) {
            Array weight = matrix(ENTRIES, width, 1);
            BACKEND.write(weight, values -> {
                for (int i = 0; i < values.limit(); i++) {
                    boolean zero = i / width == ONCE_FROM_ZERO;
                    values.put(i, zero ? 0 : values.get(i) * (float) Math.pow(10, -i % 4));
                }
            });
            return new Table(weight, zeros(width), zeros(width), width);
        }

        private static Array zeros(int width) {
            return BACKEND.zeros(DataType.FLOAT, ENTRIES, width);
        }

        AdamWTable lazy() {
            return BACKEND.adamWTable(weight, mean, meanSquare);
        }

        void updateAll(int[] rows, Array gradient, AdamWStep step) {
            Array dense = BACKEND.spread(rows, gradient, ENTRIES);
            BACKEND.adamW(List.of(new AdamWUpdate(weight, mean, meanSquare, dense, step)));
        }

        float[] row(int row) {
            float[] values = new float[3 * width];
            BACKEND.read(weight).get(row * width, values, 0, width);
            BACKEND.read(mean).get(row * width, values, width, width);
            BACKEND.read(meanSquare).get(row * width, values, 2 * width, width);
            return values;
        }

        void assertSame(Table other, String when) {
            assertArrayEquals(floats(BACKEND.read(weight)), floats(BACKEND.read(other.weight)), "weight " + when);
            assertArrayEquals(floats(BACKEND.read(mean)), floats(BACKEND.read(other.mean)), "mean " + when);
            assertArrayEquals(
                    floats(BACKEND.read(meanSquare)), floats(BACKEND.read(other.meanSquare)), "mean square " + when);
        }
    }

    private static Array matrix(int rows, int width, long seed) {
        return BACKEND.upload(floats(random(rows * width, seed)), rows, width);
    }

    private int[] touched(int step) {
        IntStream often = IntStream.range(FIRST_OF_OFTEN, ENTRIES).filter(row -> random.nextInt(1 << row) < 16);
        return step == 3 ? IntStream.of(ONCE, ONCE_FROM_ZERO, ENTRIES - 1).toArray() : often.toArray();
    }

    private static AdamWStep step(int number, double weightDecay) {
        double learningRate = number % 50 == 0 ? 0 : 0.02 * (1 + Math.sin(number));
        return new AdamWStep(learningRate, weightDecay, 0.9, 0.999, 1e-8, number, number % 3 == 0 ? 0.25 : 1);
    }

    /** More steps than are remembered, and enough for moments to fade away. */
    @ParameterizedTest
    @CsvSource({"1, 0", "5, 0", "5, 0.1", "33, 0.01"})
    void areAsIfAllHadBeenUpdatedInEveryStep(int width, double weightDecay) {
        Table expected = Table.of(width);
        Table table = Table.of(width);
        AdamWTable lazy = table.lazy();
        for (int number = 1; number <= 5000; number++) {
            int[] rows = touched(number);
            Array gradient = matrix(rows.length, width, number);
            lazy.prepare(rows);
            for (int row : rows) {
                assertArrayEquals(expected.row(row), table.row(row), "row " + row + " before step " + number);
            }
            AdamWStep step = step(number, weightDecay);
            lazy.update(rows, gradient, step);
            expected.updateAll(rows, gradient, step);
            if (number % 1500 == 0) {
                lazy.flush();
                expected.assertSame(table, "after step " + number);
            }
        }
        lazy.prepare(new int[] {NEVER, ONCE, ONCE, NEVER});
        assertArrayEquals(expected.row(NEVER), table.row(NEVER));
        assertArrayEquals(expected.row(ONCE), table.row(ONCE));
        lazy.flush();
        expected.assertSame(table, "in the end");
    }

    /** A gradient that overflows makes all of torch's table NaN, and an eps of zero all that never had a gradient. */
    @ParameterizedTest
    @CsvSource({"1e-8, NaN", "0, 1"})
    void areNoNumbersWhereAllWouldBe(double eps, double gradientScale) {
        Table expected = Table.of(3);
        Table table = Table.of(3);
        AdamWTable lazy = table.lazy();
        Array gradient = matrix(1, 3, 1);
        int[] rows = {ONCE};
        for (int number = 1; number <= 3; number++) {
            AdamWStep step = new AdamWStep(0.01, 0.1, 0.9, 0.999, eps, number, number == 2 ? gradientScale : 1);
            lazy.update(rows, gradient, step);
            expected.updateAll(rows, gradient, step);
        }
        lazy.flush();
        expected.assertSame(table, "in the end");
    }

    @Test
    void refuseTheGradientOfAnOldRow() {
        AdamWTable lazy = Table.of(3).lazy();
        Array gradient = matrix(2, 3, 1);
        lazy.update(new int[] {1, 2}, gradient, step(1, 0.1));
        lazy.update(new int[] {2}, gradient, step(2, 0.1));
        lazy.prepare(new int[] {2});
        assertThrows(IllegalStateException.class, () -> lazy.update(new int[] {2, 1}, gradient, step(3, 0.1)));
        lazy.prepare(new int[] {1});
        lazy.update(new int[] {2, 1}, gradient, step(3, 0.1));
    }
}
