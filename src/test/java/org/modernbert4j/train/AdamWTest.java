package org.modernbert4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.modernbert4j.TinyCheckpoint.values;

import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.model.Gradient;
import org.modernbert4j.model.ParameterId;
import org.modernbert4j.model.ParameterId.TokenEmbedding;
import org.modernbert4j.ops.kernel.Workers;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A table updated with gradients of rows has every bit of one that is updated with dense ones. */
class AdamWTest {
    private static final ParameterId TABLE = new TokenEmbedding();
    private static final int ENTRIES = 20;
    private static final int WIDTH = 7;
    private static final Workers WORKERS = new Workers(2);

    @AfterAll
    static void close() {
        WORKERS.close();
    }

    private static AdamW optimizer() {
        return new AdamW(0.9, 0.999, 1e-8, WORKERS);
    }

    private static INDArray random(long seed, long rows) {
        Random random = new Random(seed);
        INDArray array = Nd4j.zeros(DataType.FLOAT, rows, WIDTH);
        for (long i = 0; i < array.length(); i++) {
            array.putScalar(i, (float) random.nextGaussian());
        }
        return array;
    }

    /** Rows of a few ids, some of which come often and some never. */
    private static Gradient.Rows gradient(int step) {
        Random random = new Random(step);
        int[] ids = IntStream.range(2, ENTRIES)
                .filter(id -> random.nextInt(3 * id) < 2)
                .toArray();
        INDArray values = ids.length == 0 ? Nd4j.empty(DataType.FLOAT) : random(step, ids.length);
        return new Gradient.Rows(ids, values, new long[] {ENTRIES, WIDTH});
    }

    private static void update(AdamW optimizer, INDArray weight, Gradient gradient, int step, double weightDecay) {
        optimizer.update(TABLE, weight, gradient, step % 4 == 0 ? 0.5 : 1, 0.01 / (1 + step % 90), weightDecay);
    }

    private static void assertSame(Map<ParameterId, AdamW.State> expected, Map<ParameterId, AdamW.State> actual) {
        AdamW.State one = expected.get(TABLE);
        AdamW.State other = actual.get(TABLE);
        assertEquals(one.steps(), other.steps());
        assertArrayEquals(values(one.mean()), values(other.mean()));
        assertArrayEquals(values(one.meanSquare()), values(other.meanSquare()));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1})
    void aTableIsAsIfDenseAlsoAfterFreezingAndResuming(double weightDecay) {
        AdamW dense = optimizer();
        AdamW lazy = optimizer();
        INDArray expected = random(0, ENTRIES);
        INDArray weight = expected.dup();
        for (int step = 0; step < 600; step++) {
            if (step == 300) { // resumed from copies, as from a file
                AdamW.State state = lazy.states().get(TABLE);
                assertArrayEquals(values(expected), values(weight));
                weight = weight.dup();
                lazy = optimizer();
                lazy.restore(
                        TABLE,
                        new AdamW.State(state.mean().dup(), state.meanSquare().dup(), state.steps()));
            }
            Gradient.Rows gradient = gradient(step);
            lazy.prepare(TABLE, gradient.ids());
            if (step % 100 < 80) { // frozen in the others
                update(dense, expected, new Gradient.Dense(gradient.dense()), step, weightDecay);
                update(lazy, weight, gradient, step, weightDecay);
            }
        }
        assertSame(dense.states(), lazy.states());
        assertArrayEquals(values(expected), values(weight));
    }

    @Test
    void aDenseGradientMayFollowOnesOfRows() {
        AdamW dense = optimizer();
        AdamW mixed = optimizer();
        INDArray expected = random(0, ENTRIES);
        INDArray weight = expected.dup();
        for (int step = 0; step < 60; step++) {
            Gradient.Rows gradient = gradient(step);
            Gradient same = new Gradient.Dense(gradient.dense());
            mixed.prepare(TABLE, gradient.ids());
            update(dense, expected, same, step, 0.1);
            update(mixed, weight, step % 7 == 0 ? same : gradient, step, 0.1);
        }
        mixed.flush();
        assertArrayEquals(values(expected), values(weight));
        assertSame(dense.states(), mixed.states());
    }

    @Test
    void aRowThatWasNotPreparedIsRefused() {
        AdamW optimizer = optimizer();
        INDArray weight = random(0, ENTRIES);
        update(optimizer, weight, new Gradient.Rows(new int[] {3}, random(1, 1), weight.shape()), 1, 0.1);
        Gradient.Rows next = new Gradient.Rows(new int[] {4}, random(2, 1), weight.shape());
        assertThrows(IllegalStateException.class, () -> update(optimizer, weight, next, 2, 0.1));
    }
}
