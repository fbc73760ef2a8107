package org.modernbert4j.ops.kernel;

import static org.modernbert4j.ops.kernel.Buffers.assertClose;
import static org.modernbert4j.ops.kernel.Buffers.doubles;
import static org.modernbert4j.ops.kernel.Buffers.random;
import static org.modernbert4j.ops.kernel.Buffers.result;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.modernbert4j.Bfloat16;
import org.modernbert4j.ops.kernel.AttentionKernel.Geometry;
import org.modernbert4j.ops.kernel.AttentionKernel.Queries;

class AttentionKernelTest {
    private static final int ALL = Integer.MAX_VALUE;
    private static final double THETA = 10_000;
    /** Of the largest element, with operands that have 8 bits. */
    private static final double ROUNDED_TOLERANCE = 0.02;
    /** Of the largest element: angles are float32, and 300 radians are then off by up to 1.5e-5. */
    private static final double TOLERANCE = 5e-5;

    private static final Workers WORKERS = new Workers(2);
    private static final List<AttentionKernel<?>> FLOAT32 = Float32Gemms.all().stream()
            .<AttentionKernel<?>>map(AttentionKernel::new)
            .toList();

    @AfterAll
    static void close() {
        WORKERS.close();
    }

    private static Stream<Arguments> batches() {
        Segments packed = SegmentsOf.packed(5, 1, 9, 2);
        Segments padded = SegmentsOf.padded(9, 5, 1, 9, 2);
        Segments severalBlocks = SegmentsOf.packed(1, 300, 129, 128);
        Segments severalPaddedBlocks = SegmentsOf.padded(300, 3, 300, 140);
        return Stream.of(
                Arguments.of("one token", SegmentsOf.packed(1), new Geometry(1, 2, ALL)),
                Arguments.of("packed, global", packed, new Geometry(3, 4, ALL)),
                Arguments.of("packed, sliding", packed, new Geometry(3, 4, 2)),
                Arguments.of("packed, sees itself only", packed, new Geometry(2, 6, 0)),
                Arguments.of("packed, radius larger than any text", packed, new Geometry(2, 6, 64)),
                Arguments.of("padded, global", padded, new Geometry(3, 4, ALL)),
                Arguments.of("padded, some padding sees no token", padded, new Geometry(3, 4, 2)),
                Arguments.of("a text of padding alone", SegmentsOf.padded(4, 0, 4), new Geometry(2, 4, ALL)),
                Arguments.of("several query blocks, global", severalBlocks, new Geometry(2, 10, ALL)),
                Arguments.of("several query blocks, sliding", severalBlocks, new Geometry(2, 10, 64)),
                Arguments.of("several padded blocks, global", severalPaddedBlocks, new Geometry(2, 10, ALL)),
                Arguments.of("several padded blocks, sliding", severalPaddedBlocks, new Geometry(2, 10, 7)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("batches")
    void equalsTheReference(String name, Segments segments, Geometry geometry) {
        assertEqualsReference(FLOAT32, TOLERANCE, segments, geometry);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("batches")
    void isNearTheReferenceWithRoundedOperands(String name, Segments segments, Geometry geometry) {
        assertEqualsReference(rounded(), ROUNDED_TOLERANCE, segments, geometry);
    }

    private static List<AttentionKernel<?>> rounded() {
        return List.of(new AttentionKernel<>(Bfloat16.gemmOrSkip()));
    }

    private static void assertEqualsReference(
            List<AttentionKernel<?>> kernels, double tolerance, Segments segments, Geometry geometry) {
        int rows = segments.starts()[segments.texts()];
        int count = rows * geometry.hidden();
        FloatBuffer q = random(count, 1);
        FloatBuffer k = random(count, 2);
        FloatBuffer v = random(count, 3);
        FloatBuffer dContext = random(count, 4);
        FloatBuffer rotary = Buffers.of(RotaryTable.cosinesAndSines(THETA, geometry.headSize(), rows));
        AttentionReference reference = new AttentionReference(
                geometry, THETA, segments, doubles(q), doubles(k), doubles(v), doubles(dContext));
        for (AttentionKernel<?> kernel : kernels) {
            FloatBuffer context = result(count);
            FloatBuffer logSumExp = result(rows * geometry.heads());
            FloatBuffer dq = result(count);
            FloatBuffer dk = result(count);
            FloatBuffer dv = result(count);
            kernel.forward(WORKERS, geometry, segments, q, k, v, rotary, context, logSumExp);
            kernel.backward(WORKERS, geometry, segments, dContext, q, k, v, rotary, context, logSumExp, dq, dk, dv);
            assertClose(reference.context, context, tolerance);
            assertClose(reference.dv, dv, tolerance);
            assertClose(reference.dq, dq, tolerance);
            assertClose(reference.dk, dk, tolerance);
        }
    }

    /** As if the other rows had asked as well, and nothing had come of it. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("batches")
    void firstRowsAloneEqualTheReference(String name, Segments segments, Geometry every) {
        assertFirstRowsEqualReference(FLOAT32, TOLERANCE, segments, every);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("batches")
    void firstRowsAloneAreNearTheReferenceWithRoundedOperands(String name, Segments segments, Geometry every) {
        assertFirstRowsEqualReference(rounded(), ROUNDED_TOLERANCE, segments, every);
    }

    private static void assertFirstRowsEqualReference(
            List<AttentionKernel<?>> kernels, double tolerance, Segments segments, Geometry every) {
        Geometry first = new Geometry(every.heads(), every.headSize(), every.radius(), Queries.FIRST_ROW);
        int rows = segments.starts()[segments.texts()];
        int hidden = every.hidden();
        FloatBuffer q = random(rows * hidden, 1);
        FloatBuffer k = random(rows * hidden, 2);
        FloatBuffer v = random(rows * hidden, 3);
        FloatBuffer rotary = Buffers.of(RotaryTable.cosinesAndSines(THETA, every.headSize(), rows));
        FloatBuffer dContext = random(segments.texts() * hidden, 4);
        FloatBuffer firstQ = firstRows(q, segments, hidden);
        double[] spread = new double[rows * hidden];
        for (int text = 0; text < segments.texts(); text++) {
            for (int i = 0; i < hidden; i++) {
                spread[segments.starts()[text] * hidden + i] = dContext.get(text * hidden + i);
            }
        }
        AttentionReference reference =
                new AttentionReference(every, THETA, segments, doubles(q), doubles(k), doubles(v), spread);
        for (AttentionKernel<?> kernel : kernels) {
            FloatBuffer context = result(segments.texts() * hidden);
            FloatBuffer logSumExp = result(segments.texts() * every.heads());
            FloatBuffer dq = result(segments.texts() * hidden);
            FloatBuffer dk = result(rows * hidden);
            FloatBuffer dv = result(rows * hidden);
            kernel.forward(WORKERS, first, segments, firstQ, k, v, rotary, context, logSumExp);
            kernel.backward(WORKERS, first, segments, dContext, firstQ, k, v, rotary, context, logSumExp, dq, dk, dv);
            assertClose(
                    doubles(firstRows(Buffers.of(floats(reference.context)), segments, hidden)), context, tolerance);
            assertClose(doubles(firstRows(Buffers.of(floats(reference.dq)), segments, hidden)), dq, tolerance);
            assertClose(reference.dk, dk, tolerance);
            assertClose(reference.dv, dv, tolerance);
        }
    }

    private static FloatBuffer firstRows(FloatBuffer x, Segments segments, int hidden) {
        FloatBuffer first = result(segments.texts() * hidden);
        for (int text = 0; text < segments.texts(); text++) {
            first.put(text * hidden, x, segments.starts()[text] * hidden, hidden);
        }
        return first;
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
