package org.modernbert4j.ops.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.modernbert4j.ops.kernel.Buffers.floats;
import static org.modernbert4j.ops.kernel.Buffers.random;

import java.nio.FloatBuffer;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modernbert4j.ops.kernel.AdamWKernel.Step;

/** Every bit is that of an update of all rows in every step, with a gradient of zero where a row has none. */
class LazyRowsTest {
    private static final int ENTRIES = 11;
    private static final int NEVER = 0;
    private static final int ONCE = 1;
    private static final int ONCE_FROM_ZERO = 2;
    private static final int FIRST_OF_OFTEN = 4;
    private static final Workers WORKERS = new Workers(2);

    private final Random random = new Random(1);

    @AfterAll
    static void close() {
        WORKERS.close();
    }

    /** A table and its moments. */
    private record Table(FloatBuffer weight, FloatBuffer mean, FloatBuffer meanSquare, int width) {
        /** Numbers of several sizes; one row is all zero. */
        static Table of(int width) {
            FloatBuffer weight = random(ENTRIES * width, 1);
            for (int i = 0; i < weight.limit(); i++) {
                boolean zero = i / width == ONCE_FROM_ZERO;
                weight.put(i, zero ? 0 : weight.get(i) * (float) Math.pow(10, -i % 4));
            }
            return new Table(weight, zeros(weight.limit()), zeros(weight.limit()), width);
        }

        private static FloatBuffer zeros(int count) {
            return Buffers.of(new float[count]);
        }

        LazyRows lazy() {
            return new LazyRows(weight, mean, meanSquare, ENTRIES, width);
        }

        void updateAll(FloatBuffer gradient, Step step) {
            AdamWKernel.update(WORKERS, weight, mean, meanSquare, gradient, weight.limit(), step);
        }

        FloatBuffer dense(int[] rows, FloatBuffer gradient) {
            FloatBuffer dense = zeros(weight.limit());
            for (int i = 0; i < rows.length; i++) {
                dense.put(rows[i] * width, gradient, i * width, width);
            }
            return dense;
        }

        float[] row(int row) {
            float[] values = new float[3 * width];
            weight.get(row * width, values, 0, width);
            mean.get(row * width, values, width, width);
            meanSquare.get(row * width, values, 2 * width, width);
            return values;
        }

        void assertSame(Table other, String when) {
            assertArrayEquals(floats(weight), floats(other.weight), "weight " + when);
            assertArrayEquals(floats(mean), floats(other.mean), "mean " + when);
            assertArrayEquals(floats(meanSquare), floats(other.meanSquare), "mean square " + when);
        }
    }

    private int[] touched(int step) {
        IntStream often = IntStream.range(FIRST_OF_OFTEN, ENTRIES).filter(row -> random.nextInt(1 << row) < 16);
        return step == 3 ? IntStream.of(ONCE, ONCE_FROM_ZERO, ENTRIES - 1).toArray() : often.toArray();
    }

    private static Step step(int number, double weightDecay) {
        double learningRate = number % 50 == 0 ? 0 : 0.02 * (1 + Math.sin(number));
        return new Step(learningRate, weightDecay, 0.9, 0.999, 1e-8, number, number % 3 == 0 ? 0.25 : 1);
    }

    /** More steps than are remembered, and enough for moments to fade away. */
    @ParameterizedTest
    @CsvSource({"1, 0", "5, 0", "5, 0.1", "33, 0.01"})
    void areAsIfAllHadBeenUpdatedInEveryStep(int width, double weightDecay) {
        Table expected = Table.of(width);
        Table table = Table.of(width);
        LazyRows lazy = table.lazy();
        for (int number = 1; number <= 5000; number++) {
            int[] rows = touched(number);
            FloatBuffer gradient = random(Math.max(1, rows.length * width), number);
            lazy.prepare(WORKERS, rows);
            for (int row : rows) {
                assertArrayEquals(expected.row(row), table.row(row), "row " + row + " before step " + number);
            }
            Step step = step(number, weightDecay);
            lazy.update(WORKERS, rows, gradient, step);
            expected.updateAll(table.dense(rows, gradient), step);
            if (number % 1500 == 0) {
                lazy.flush(WORKERS);
                expected.assertSame(table, "after step " + number);
            }
        }
        lazy.prepare(WORKERS, new int[] {NEVER, ONCE, ONCE, NEVER});
        assertArrayEquals(expected.row(NEVER), table.row(NEVER));
        assertArrayEquals(expected.row(ONCE), table.row(ONCE));
        lazy.flush(WORKERS);
        expected.assertSame(table, "in the end");
    }

    /** A gradient that overflows makes all of torch's table NaN, and an eps of zero all that never had a gradient. */
    @ParameterizedTest
    @CsvSource({"1e-8, NaN", "0, 1"})
    void areNoNumbersWhereAllWouldBe(double eps, double gradientScale) {
        Table expected = Table.of(3);
        Table table = Table.of(3);
        LazyRows lazy = table.lazy();
        FloatBuffer gradient = random(3, 1);
        int[] rows = {ONCE};
        for (int number = 1; number <= 3; number++) {
            Step step = new Step(0.01, 0.1, 0.9, 0.999, eps, number, number == 2 ? gradientScale : 1);
            lazy.update(WORKERS, rows, gradient, step);
            expected.updateAll(table.dense(rows, gradient), step);
        }
        lazy.flush(WORKERS);
        expected.assertSame(table, "in the end");
    }

    @Test
    void refuseTheGradientOfAnOldRow() {
        LazyRows lazy = Table.of(3).lazy();
        FloatBuffer gradient = random(6, 1);
        lazy.update(WORKERS, new int[] {1, 2}, gradient, step(1, 0.1));
        lazy.update(WORKERS, new int[] {2}, gradient, step(2, 0.1));
        lazy.prepare(WORKERS, new int[] {2});
        assertThrows(IllegalStateException.class, () -> lazy.update(WORKERS, new int[] {2, 1}, gradient, step(3, 0.1)));
        lazy.prepare(WORKERS, new int[] {1});
        lazy.update(WORKERS, new int[] {2, 1}, gradient, step(3, 0.1));
    }
}
