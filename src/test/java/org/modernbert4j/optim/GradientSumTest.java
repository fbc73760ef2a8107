package org.modernbert4j.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.modernbert4j.TestBackends;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.model.Gradient;
import org.modernbert4j.model.Initialization.Constant;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.model.Parameter.Published;
import org.modernbert4j.model.Place;

class GradientSumTest {
    private static final int PARTS = 3;
    private static final int ENTRIES = 6;
    private static final Parameter TABLE = parameter("table", Parameter.Kind.MATRIX, 6L, 2L);
    private static final Parameter VECTOR = parameter("vector", Parameter.Kind.BIAS, 2L);

    private static Parameter parameter(String name, Parameter.Kind kind, Long... shape) {
        return new Parameter(name, Place.EMBEDDINGS, name, kind, List.of(shape), Constant.ZEROS, Published.whole(name));
    }

    private static Gradient.Rows rows(Backend backend, float[] values, int... ids) {
        return new Gradient.Rows(ids, backend.upload(values, ids.length, 2), ENTRIES);
    }

    @ParameterizedTest
    @MethodSource("org.modernbert4j.TestBackends#names")
    void addsRowsOfOneIdAndKeepsTheOthers(String name) {
        Backend backend = TestBackends.named(name);
        try (GradientSum sum = new GradientSum(backend, PARTS)) {
            sum.add(Map.of(TABLE, rows(backend, new float[] {1, 2, 3, 4}, 1, 3)));
            sum.add(Map.of(TABLE, rows(backend, new float[] {10, 20, 30, 40}, 0, 3)));
            sum.add(Map.of(TABLE, rows(backend, new float[] {100, 200}, 5)));
            Gradient.Rows rows = (Gradient.Rows) sum.gradients().get(TABLE);
            assertArrayEquals(new int[] {0, 1, 3, 5}, rows.ids());
            assertArrayEquals(
                    new float[] {10, 20, 1, 2, 33, 44, 100, 200}, TestBackends.floats(backend, rows.values()));
            assertArrayEquals(
                    new float[] {10, 20, 1, 2, 0, 0, 33, 44, 0, 0, 100, 200}, TestBackends.dense(backend, rows));
            double squares = 100 + 400 + 1 + 4 + 33 * 33 + 44 * 44 + 10_000 + 40_000;
            assertEquals(Math.sqrt(squares), rows.norm(backend), 1e-4);
        }
    }

    @ParameterizedTest
    @MethodSource("org.modernbert4j.TestBackends#names")
    void hasTheRowsOfPartsThatHaveAny(String name) {
        Backend backend = TestBackends.named(name);
        try (GradientSum sum = new GradientSum(backend, PARTS)) {
            sum.add(Map.of(TABLE, rows(backend, new float[0])));
            assertEquals(0, sum.gradients().get(TABLE).norm(backend));
            sum.add(Map.of(TABLE, rows(backend, new float[] {1, 2}, 4)));
            sum.add(Map.of(TABLE, rows(backend, new float[0])));
            Gradient.Rows rows = (Gradient.Rows) sum.gradients().get(TABLE);
            assertArrayEquals(new int[] {4}, rows.ids());
            assertArrayEquals(new float[] {1, 2}, TestBackends.floats(backend, rows.values()));
        }
    }

    @ParameterizedTest
    @MethodSource("org.modernbert4j.TestBackends#names")
    void leavesThePartsAsTheyWere(String name) {
        Backend backend = TestBackends.named(name);
        Array first = backend.upload(new float[] {1, 2}, 2);
        Array second = backend.upload(new float[] {10, 20}, 2);
        try (GradientSum sum = new GradientSum(backend, PARTS)) {
            sum.add(Map.of(VECTOR, new Gradient.Dense(first)));
            sum.add(Map.of(VECTOR, new Gradient.Dense(second)));
            assertArrayEquals(
                    new float[] {11, 22},
                    TestBackends.floats(backend, sum.gradients().get(VECTOR).values()));
        }
        assertArrayEquals(new float[] {1, 2}, TestBackends.floats(backend, first));
        assertArrayEquals(new float[] {10, 20}, TestBackends.floats(backend, second));
    }
}
