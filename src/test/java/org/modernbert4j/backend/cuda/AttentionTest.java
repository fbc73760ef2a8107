package org.modernbert4j.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.modernbert4j.InputException;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.AttentionGeometry;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Machine;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.backend.RotaryTable;
import org.modernbert4j.backend.Segments;
import org.modernbert4j.backend.cpu.AttentionReference;
import org.modernbert4j.backend.cpu.SegmentsOf;
import org.nd4j.linalg.api.buffer.DataType;

/** Attention against loops in double precision. */
class AttentionTest {
    private static final int ALL = Integer.MAX_VALUE;
    private static final double THETA = 10_000;

    /** Of the largest element of a text's head: angles are float32, and 200 radians are then off by up to 1e-5. */
    private static final double FLOAT32_TOLERANCE = 5e-5;

    /** The same with operands of 8 bits. */
    private static final double BFLOAT16_TOLERANCE = 0.03;

    /** Results that are less, among them exact zeros, are differences of larger numbers. */
    private static final double SMALL = 0.2;

    private static Backend cuda;

    @BeforeAll
    static void open() {
        cuda = Machine.CUDA.backend();
    }

    /** The inputs of both passes. */
    private record Inputs(
            Segments segments, AttentionGeometry geometry, float[] q, float[] k, float[] v, float[] dContext) {
        static Inputs random(Segments segments, AttentionGeometry geometry) {
            Random random = new Random(1);
            return of(segments, geometry, random::nextGaussian, random::nextGaussian, random::nextGaussian);
        }

        static Inputs of(
                Segments segments,
                AttentionGeometry geometry,
                DoubleSupplier qAndK,
                DoubleSupplier values,
                DoubleSupplier gradients) {
            int count = rows(segments) * geometry.hidden();
            int queries = geometry.firstRowOnly() ? segments.texts() * geometry.hidden() : count;
            return new Inputs(
                    segments,
                    geometry,
                    filled(queries, qAndK),
                    filled(count, qAndK),
                    filled(count, values),
                    filled(queries, gradients));
        }

        private static float[] filled(int count, DoubleSupplier numbers) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = (float) numbers.getAsDouble();
            }
            return values;
        }

        int queries() {
            return q.length / geometry.hidden();
        }

        int rows() {
            return rows(segments);
        }

        private static int rows(Segments segments) {
            return segments.starts()[segments.texts()];
        }

        /** The row of q that row `row` of k has; -1 if it has no query. */
        int queryOf(int text, int row) {
            if (!geometry.firstRowOnly()) {
                return row;
            }
            return row == segments.starts()[text] ? text : -1;
        }

        /** Numbers of the queries as numbers of all rows, with zeros in the others. */
        double[] ofAllRows(float[] ofQueries) {
            double[] all = new double[k.length];
            int hidden = geometry.hidden();
            for (int text = 0; text < segments.texts(); text++) {
                for (int row = segments.starts()[text]; row < segments.starts()[text + 1]; row++) {
                    for (int i = 0; i < hidden && queryOf(text, row) >= 0; i++) {
                        all[row * hidden + i] = ofQueries[queryOf(text, row) * hidden + i];
                    }
                }
            }
            return all;
        }

        AttentionReference reference() {
            return new AttentionReference(
                    geometry, THETA, segments, ofAllRows(q), doubles(k), doubles(v), ofAllRows(dContext));
        }
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        Arrays.setAll(doubles, i -> values[i]);
        return doubles;
    }

    /** The results of both passes. */
    private record Results(float[] context, float[] logSumExp, float[] dq, float[] dk, float[] dv) {
        static Results of(Inputs inputs, Precision precision) {
            cuda.release(); // so that scratch memory starts as NaN, as the memory of the results does
            AttentionGeometry geometry = inputs.geometry;
            int hidden = geometry.hidden();
            int rows = inputs.rows();
            int queries = inputs.queries();
            List<Array> arrays = new ArrayList<>();
            Array q = kept(arrays, cuda.upload(inputs.q, queries, hidden));
            Array k = kept(arrays, cuda.upload(inputs.k, rows, hidden));
            Array v = kept(arrays, cuda.upload(inputs.v, rows, hidden));
            Array dContext = kept(arrays, cuda.upload(inputs.dContext, queries, hidden));
            float[] table = RotaryTable.of(geometry.headSize(), THETA, rows);
            Array rotary = kept(arrays, cuda.upload(table, rows, geometry.headSize()));
            Array starts = kept(arrays, cuda.upload(inputs.segments.starts()));
            Array lengths = kept(arrays, cuda.upload(inputs.segments.lengths()));
            Array context = kept(arrays, cuda.allocate(DataType.FLOAT, queries, hidden));
            Array logSumExp = kept(arrays, cuda.allocate(DataType.FLOAT, queries, geometry.heads()));
            Array dq = kept(arrays, cuda.allocate(DataType.FLOAT, queries, hidden));
            Array dk = kept(arrays, cuda.allocate(DataType.FLOAT, rows, hidden));
            Array dv = kept(arrays, cuda.allocate(DataType.FLOAT, rows, hidden));
            long[] attributes = geometry.toAttributes(precision);
            cuda.run(
                    new OpCall("modernbert_attention", attributes, new double[0]),
                    new Array[] {q, k, v, rotary, starts, lengths},
                    new Array[] {context, logSumExp});
            cuda.run(
                    new OpCall("modernbert_attention_dx", attributes, new double[0]),
                    new Array[] {dContext, q, k, v, rotary, context, logSumExp, starts, lengths},
                    new Array[] {dq, dk, dv});
            Results results = new Results(read(context), read(logSumExp), read(dq), read(dk), read(dv));
            Array[] rounded = Stream.of(context, dq, dk, dv)
                    .map(array -> kept(arrays, cuda.allocate(DataType.BFLOAT16, array.shape())))
                    .toArray(Array[]::new);
            cuda.run(
                    new OpCall("modernbert_attention", attributes, new double[0]),
                    new Array[] {q, k, v, rotary, starts, lengths},
                    new Array[] {null, logSumExp, rounded[0], null});
            cuda.run(
                    new OpCall("modernbert_attention_dx", attributes, new double[0]),
                    new Array[] {dContext, q, k, v, rotary, context, logSumExp, starts, lengths},
                    new Array[] {dq, null, dv, rounded[1], rounded[2], rounded[3]});
            List<float[]> exact = List.of(results.context, results.dq, results.dk, results.dv);
            for (int i = 0; i < rounded.length; i++) {
                Bfloat16s.assertRounded(exact.get(i), (CudaBackend) cuda, (CudaArray) rounded[i], precision + " " + i);
            }
            arrays.forEach(Array::close);
            return results;
        }

        private static Array kept(List<Array> arrays, Array array) {
            arrays.add(array);
            return array;
        }

        private static float[] read(Array array) {
            FloatBuffer buffer = cuda.read(array);
            float[] values = new float[buffer.limit()];
            buffer.get(0, values);
            return values;
        }
    }

    private static Arguments batch(String name, Segments segments, int heads, int headSize, int radius) {
        return Arguments.of(name, segments, new AttentionGeometry(heads, headSize, radius, false));
    }

    private static Stream<Arguments> batches() {
        return Stream.of(
                batch("one token, global", SegmentsOf.packed(1), 1, 2, ALL),
                batch("size 2, each sees itself", SegmentsOf.packed(2, 1, 15), 3, 2, 0),
                batch("size 4, sliding", SegmentsOf.packed(2, 1, 15), 2, 4, 1),
                batch("size 6, whose half is odd", SegmentsOf.packed(5, 33), 2, 6, 3),
                batch("size 8, global", SegmentsOf.packed(16, 17), 2, 8, ALL),
                batch("size 16, padded, a text of padding alone", SegmentsOf.padded(17, 15, 0, 17, 2), 2, 16, ALL),
                batch("size 16, padding that sees no token", SegmentsOf.padded(70, 2, 70, 0, 33), 1, 16, 3),
                batch("size 32, sliding", SegmentsOf.packed(63, 64, 65), 1, 32, 64),
                batch("size 32, all of a tile but one pair visible", SegmentsOf.packed(200), 1, 32, 126),
                batch("size 32, padded, global", SegmentsOf.padded(70, 10, 70), 1, 32, ALL),
                batch("size 48, sliding", SegmentsOf.packed(70), 1, 48, 1),
                batch("size 64, several tiles, global", SegmentsOf.packed(130, 1, 66), 1, 64, ALL),
                batch("size 64, several tiles, sliding", SegmentsOf.packed(40, 200), 1, 64, 64),
                batch("size 64, several heads, padded", SegmentsOf.padded(66, 65, 3, 66), 2, 64, 7),
                batch("size 128, global", SegmentsOf.packed(65, 17), 1, 128, ALL),
                batch("size 128, several tiles, sliding", SegmentsOf.packed(130), 1, 128, 3),
                batch("size 256, global", SegmentsOf.packed(34, 2), 1, 256, ALL),
                batch("size 256, sliding", SegmentsOf.packed(40), 1, 256, 0));
    }

    private static AttentionGeometry ofFirstRows(AttentionGeometry geometry) {
        return new AttentionGeometry(geometry.heads(), geometry.headSize(), geometry.radius(), true);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("batches")
    void equalsTheReference(String name, Segments segments, AttentionGeometry geometry) {
        for (AttentionGeometry each : List.of(geometry, ofFirstRows(geometry))) {
            Inputs inputs = Inputs.random(segments, each);
            AttentionReference reference = inputs.reference();
            assertNear(reference, inputs, Precision.FLOAT32, FLOAT32_TOLERANCE);
            assertNear(reference, inputs, Precision.BFLOAT16, BFLOAT16_TOLERANCE);
        }
    }

    private static void assertNear(AttentionReference reference, Inputs inputs, Precision precision, double tolerance) {
        Results results = Results.of(inputs, precision);
        assertNear(precision + " context", reference.context, inputs, true, results.context, tolerance);
        assertNear(precision + " dq", reference.dq, inputs, true, results.dq, tolerance);
        assertNear(precision + " dk", reference.dk, inputs, false, results.dk, tolerance);
        assertNear(precision + " dv", reference.dv, inputs, false, results.dv, tolerance);
    }

    /** Each element within a share of the largest of its text and head, or of SMALL where all are small. */
    private static void assertNear(
            String what, double[] expected, Inputs inputs, boolean ofQueries, float[] actual, double tolerance) {
        AttentionGeometry geometry = inputs.geometry;
        int size = geometry.headSize();
        int[] starts = inputs.segments.starts();
        for (int text = 0; text < inputs.segments.texts(); text++) {
            for (int head = 0; head < geometry.heads(); head++) {
                double largest = SMALL;
                double difference = 0;
                for (int row = starts[text]; row < starts[text + 1]; row++) {
                    int actualRow = ofQueries ? inputs.queryOf(text, row) : row;
                    for (int i = 0; i < size && actualRow >= 0; i++) {
                        double element = expected[row * geometry.hidden() + head * size + i];
                        float found = actual[actualRow * geometry.hidden() + head * size + i];
                        assertTrue(Float.isFinite(found), what + " of row " + row + " is " + found);
                        largest = Math.max(largest, Math.abs(element));
                        difference = Math.max(difference, Math.abs(element - found));
                    }
                }
                String at = what + " of text " + text + ", head " + head;
                assertTrue(difference <= tolerance * largest, at + " is off by " + difference + " of " + largest);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("batches")
    void givesTheSameBitsEachTime(String name, Segments segments, AttentionGeometry geometry) {
        for (Precision precision : Precision.values()) {
            Inputs inputs = Inputs.random(segments, geometry);
            Results first = Results.of(inputs, precision);
            Results second = Results.of(inputs, precision);
            assertArrayEquals(first.context, second.context);
            assertArrayEquals(first.logSumExp, second.logSumExp);
            assertArrayEquals(first.dq, second.dq);
            assertArrayEquals(first.dk, second.dk);
            assertArrayEquals(first.dv, second.dv);
        }
    }

    /** Where all scores are zero, each key that is seen has the same weight: one too many or too few shows in either precision. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("batches")
    void eachSeesWhatItShould(String name, Segments segments, AttentionGeometry geometry) {
        for (AttentionGeometry each : List.of(geometry, ofFirstRows(geometry))) {
            Random random = new Random(1);
            Inputs inputs = Inputs.of(segments, each, () -> 0, () -> random.nextInt(9), () -> 1);
            for (Precision precision : Precision.values()) {
                assertUniform(inputs, Results.of(inputs, precision));
            }
        }
    }

    private static void assertUniform(Inputs inputs, Results results) {
        AttentionGeometry geometry = inputs.geometry;
        int hidden = geometry.hidden();
        double[] dv = new double[inputs.rows()];
        for (int text = 0; text < inputs.segments.texts(); text++) {
            int start = inputs.segments.starts()[text];
            for (int row = start; row < inputs.segments.starts()[text + 1]; row++) {
                int query = inputs.queryOf(text, row);
                if (query < 0) {
                    continue;
                }
                List<Integer> seen = new ArrayList<>();
                for (int key = start; key < start + inputs.segments.lengths()[text]; key++) {
                    if (Math.abs(row - key) <= geometry.radius()) {
                        seen.add(key);
                    }
                }
                seen.forEach(key -> dv[key] += 1.0 / seen.size());
                for (int head = 0; head < geometry.heads(); head++) {
                    double expected = seen.isEmpty() ? Double.POSITIVE_INFINITY : Math.log(seen.size());
                    assertEquals(expected, results.logSumExp[query * geometry.heads() + head], 1e-5);
                }
                for (int i = 0; i < hidden; i++) {
                    int column = i;
                    double sum = seen.stream()
                            .mapToDouble(key -> inputs.v[key * hidden + column])
                            .sum();
                    double expected = seen.isEmpty() ? 0 : sum / seen.size();
                    assertEquals(expected, results.context[query * hidden + i], 1e-5);
                }
            }
        }
        for (int i = 0; i < results.dv.length; i++) {
            double expected = dv[i / hidden];
            assertEquals(expected, results.dv[i], 0.004 * expected); // a weight has 8 bits
        }
    }

    @Test
    void refusesHeadsThatAreTooWide() {
        Inputs inputs = Inputs.random(SegmentsOf.packed(1), new AttentionGeometry(1, 258, ALL, false));
        InputException refusal = assertThrows(InputException.class, () -> Results.of(inputs, Precision.FLOAT32));
        assertEquals(
                "heads of size 258: attention on a device supports at most 256; use --backend cpu",
                refusal.getMessage());
    }
}
