package org.modernbert4j.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.modernbert4j.TestBackends;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Segments;
import org.modernbert4j.model.Gradient;
import org.modernbert4j.model.Initialization.Constant;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.model.Parameter.Published;
import org.modernbert4j.model.Place;
import org.modernbert4j.ops.Batch;
import org.modernbert4j.ops.Targets;
import org.modernbert4j.optim.ParameterRates.Rate;
import org.nd4j.linalg.api.buffer.DataType;

/** A table updated with gradients of rows has every bit of one that is updated with dense ones. */
class AdamWTest {
    private static final int ENTRIES = 20;
    private static final int WIDTH = 7;
    private static final Parameter TABLE = new Parameter(
            "table",
            Place.EMBEDDINGS,
            "table",
            Parameter.Kind.MATRIX,
            List.of((long) ENTRIES, (long) WIDTH),
            Constant.ZEROS,
            Published.whole("table"));

    /** A table and its optimizer. */
    private record Side(Backend backend, Array weight, Optimizer optimizer) {
        private static Side of(Backend backend, double weightDecay) {
            return of(backend, backend.upload(random(0, ENTRIES), ENTRIES, WIDTH), weightDecay);
        }

        private static Side of(Backend backend, Array weight, double weightDecay) {
            Map<Parameter, Rate> rates = Map.of(TABLE, new Rate(0.01, weightDecay));
            return new Side(backend, weight, AdamWSettings.TORCH.open(backend, Map.of(TABLE, weight), rates));
        }

        /** Goes on from copies, as from files. */
        private Side resumed(double weightDecay) {
            Map<String, float[]> state = state(); // which brings the weight up to date
            Side resumed = of(backend, backend.copy(weight), weightDecay);
            resumed.optimizer.restore(optimizer.steps());
            resumed.optimizer
                    .state()
                    .forEach((name, array) -> backend.write(array, memory -> memory.put(0, state.get(name))));
            return resumed;
        }

        private void begin(Gradient.Rows gradient) {
            optimizer.begin(Batch.of(gradient.ids(), new Segments(new int[] {0}, new int[0]), Targets.NONE));
        }

        private void update(Gradient gradient, int step) {
            optimizer.step(Map.of(TABLE, gradient), step % 4 == 0 ? 0.5 : 1, 1.0 / (1 + step % 90));
        }

        private Map<String, float[]> state() {
            Map<String, float[]> state = new LinkedHashMap<>();
            optimizer.state().forEach((name, array) -> state.put(name, TestBackends.floats(backend, array)));
            return state;
        }

        private void assertSame(Side other) {
            assertEquals(optimizer.steps(), other.optimizer.steps());
            Map<String, float[]> expected = state();
            Map<String, float[]> actual = other.state();
            assertEquals(expected.keySet(), actual.keySet());
            expected.forEach((name, values) -> assertArrayEquals(values, actual.get(name), name));
            assertArrayEquals(TestBackends.floats(backend, weight), TestBackends.floats(backend, other.weight));
        }
    }

    private static float[] random(long seed, int rows) {
        Random random = new Random(seed);
        float[] values = new float[rows * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Rows of a few ids, some of which come often and some never. */
    private static Gradient.Rows gradient(Backend backend, int step) {
        Random random = new Random(step);
        int[] ids = IntStream.range(2, ENTRIES)
                .filter(id -> random.nextInt(3 * id) < 2)
                .toArray();
        return new Gradient.Rows(ids, backend.upload(random(step, ids.length), ids.length, WIDTH), ENTRIES);
    }

    private static Gradient.Dense dense(Backend backend, Gradient.Rows gradient) {
        return new Gradient.Dense(
                gradient.ids().length == 0
                        ? backend.zeros(DataType.FLOAT, ENTRIES, WIDTH)
                        : backend.spread(gradient.ids(), gradient.values(), ENTRIES));
    }

    private static Stream<Arguments> decays() {
        return TestBackends.names().flatMap(name -> Stream.of(Arguments.of(name, 0.0), Arguments.of(name, 0.1)));
    }

    @ParameterizedTest
    @MethodSource("decays")
    void aTableIsAsIfDenseAlsoAfterFreezingAndResuming(String name, double weightDecay) {
        Backend backend = TestBackends.named(name);
        Side dense = Side.of(backend, weightDecay);
        Side lazy = Side.of(backend, weightDecay);
        for (int step = 0; step < 600; step++) {
            if (step == 300) {
                lazy = lazy.resumed(weightDecay);
                dense.assertSame(lazy);
            }
            Gradient.Rows gradient = gradient(backend, step);
            lazy.begin(gradient);
            if (step % 100 < 80) { // frozen in the others
                dense.update(dense(backend, gradient), step);
                lazy.update(gradient, step);
            }
        }
        dense.assertSame(lazy);
        assertEquals(Map.of("table", 480), lazy.optimizer.steps());
        assertEquals(
                List.of("exp_avg.table", "exp_avg_sq.table"),
                List.copyOf(lazy.optimizer.state().keySet()));
    }

    @ParameterizedTest
    @MethodSource("org.modernbert4j.TestBackends#names")
    void aDenseGradientMayFollowOnesOfRows(String name) {
        Backend backend = TestBackends.named(name);
        Side dense = Side.of(backend, 0.1);
        Side mixed = Side.of(backend, 0.1);
        for (int step = 0; step < 60; step++) {
            Gradient.Rows gradient = gradient(backend, step);
            Gradient same = dense(backend, gradient);
            mixed.begin(gradient);
            dense.update(same, step);
            mixed.update(step % 7 == 0 ? same : gradient, step);
        }
        dense.assertSame(mixed);
    }

    @ParameterizedTest
    @MethodSource("org.modernbert4j.TestBackends#names")
    void whatHasNoGradientIsNotTouched(String name) {
        Backend backend = TestBackends.named(name);
        Side side = Side.of(backend, 0.1);
        side.optimizer.step(Map.of(), 1, 1);
        assertArrayEquals(random(0, ENTRIES), TestBackends.floats(backend, side.weight));
        assertTrue(side.optimizer.state().isEmpty());
        assertTrue(side.optimizer.steps().isEmpty());
    }

    /** On the backend that puts rows off. */
    @Test
    void aRowThatWasNotPreparedIsRefused() {
        Backend backend = TestBackends.cpu();
        Side side = Side.of(backend, 0.1);
        side.update(new Gradient.Rows(new int[] {3}, backend.upload(random(1, 1), 1, WIDTH), ENTRIES), 1);
        Gradient.Rows next = new Gradient.Rows(new int[] {4}, backend.upload(random(2, 1), 1, WIDTH), ENTRIES);
        assertThrows(IllegalStateException.class, () -> side.update(next, 2));
    }
}
