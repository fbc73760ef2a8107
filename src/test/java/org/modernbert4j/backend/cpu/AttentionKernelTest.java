package org.modernbert4j.backend.cpu;

import static org.modernbert4j.backend.cpu.Buffers.assertClose;
import static org.modernbert4j.backend.cpu.Buffers.doubles;
import static org.modernbert4j.backend.cpu.Buffers.matrix;
import static org.modernbert4j.backend.cpu.Buffers.random;
import static org.modernbert4j.backend.cpu.Buffers.result;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.modernbert4j.backend.AttentionGeometry;
import org.modernbert4j.backend.RotaryTable;
import org.modernbert4j.backend.Segments;
import org.modernbert4j.backend.cpu.AttentionKernel.Gradients;
import org.modernbert4j.backend.cpu.AttentionKernel.Inputs;
import org.modernbert4j.backend.cpu.AttentionKernel.Outputs;

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
                Arguments.of("one token", SegmentsOf.packed(1), new AttentionGeometry(1, 2, ALL, false)),
                Arguments.of("packed, global", packed, new AttentionGeometry(3, 4, ALL, false)),
                Arguments.of("packed, sliding", packed, new AttentionGeometry(3, 4, 2, false)),
                Arguments.of("packed, sees itself only", packed, new AttentionGeometry(2, 6, 0, false)),
                Arguments.of("packed, radius larger than any text", packed, new AttentionGeometry(2, 6, 64, false)),
                Arguments.of("padded, global", padded, new AttentionGeometry(3, 4, ALL, false)),
                Arguments.of("padded, some padding sees no token", padded, new AttentionGeometry(3, 4, 2, false)),
                Arguments.of(
                        "a text of padding alone", SegmentsOf.padded(4, 0, 4), new AttentionGeometry(2, 4, ALL, false)),
                Arguments.of("several query blocks, global", severalBlocks, new AttentionGeometry(2, 10, ALL, false)),
                Arguments.of("several query blocks, sliding", severalBlocks, new AttentionGeometry(2, 10, 64, false)),
                Arguments.of(
                        "several padded blocks, global", severalPaddedBlocks, new AttentionGeometry(2, 10, ALL, false)),
                Arguments.of(
                        "several padded blocks, sliding", severalPaddedBlocks, new AttentionGeometry(2, 10, 7, false)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("batches")
    void equalsTheReference(String name, Segments segments, AttentionGeometry geometry) {
        assertEqualsReference(FLOAT32, TOLERANCE, segments, geometry);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("batches")
    void isNearTheReferenceWithRoundedOperands(String name, Segments segments, AttentionGeometry geometry) {
        assertEqualsReference(rounded(), ROUNDED_TOLERANCE, segments, geometry);
    }

    private static List<AttentionKernel<?>> rounded() {
        return List.of(new AttentionKernel<>(Bfloat16.gemmOrSkip()));
    }

    private static void assertEqualsReference(
            List<AttentionKernel<?>> kernels, double tolerance, Segments segments, AttentionGeometry geometry) {
        int rows = segments.starts()[segments.texts()];
        int count = rows * geometry.hidden();
        FloatBuffer q = random(count, 1);
        FloatBuffer k = random(count, 2);
        FloatBuffer v = random(count, 3);
        FloatBuffer dContext = random(count, 4);
        FloatBuffer rotary = Buffers.of(RotaryTable.of(geometry.headSize(), THETA, rows));
        Inputs inputs = new Inputs(matrix(q, rows), matrix(k, rows), matrix(v, rows), matrix(rotary, rows));
        AttentionReference reference = new AttentionReference(
                geometry, THETA, segments, doubles(q), doubles(k), doubles(v), doubles(dContext));
        for (AttentionKernel<?> kernel : kernels) {
            FloatBuffer context = result(count);
            FloatBuffer logSumExp = result(rows * geometry.heads());
            FloatBuffer dq = result(count);
            FloatBuffer dk = result(count);
            FloatBuffer dv = result(count);
            Outputs outputs = new Outputs(matrix(context, rows), matrix(logSumExp, rows));
            kernel.forward(WORKERS, geometry, segments, inputs, outputs);
            Gradients gradients = new Gradients(matrix(dq, rows), matrix(dk, rows), matrix(dv, rows));
            kernel.backward(WORKERS, geometry, segments, inputs, outputs, matrix(dContext, rows), gradients);
            assertClose(reference.context, context, tolerance);
            assertClose(reference.dv, dv, tolerance);
            assertClose(reference.dq, dq, tolerance);
            assertClose(reference.dk, dk, tolerance);
        }
    }

    /** The reference has queries of all rows, of which the others get no gradient. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("batches")
    void firstRowsAloneEqualTheReference(String name, Segments segments, AttentionGeometry every) {
        assertFirstRowsEqualReference(FLOAT32, TOLERANCE, segments, every);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("batches")
    void firstRowsAloneAreNearTheReferenceWithRoundedOperands(String name, Segments segments, AttentionGeometry every) {
        assertFirstRowsEqualReference(rounded(), ROUNDED_TOLERANCE, segments, every);
    }

    private static void assertFirstRowsEqualReference(
            List<AttentionKernel<?>> kernels, double tolerance, Segments segments, AttentionGeometry every) {
        AttentionGeometry first = new AttentionGeometry(every.heads(), every.headSize(), every.radius(), true);
        int rows = segments.starts()[segments.texts()];
        int texts = segments.texts();
        int hidden = every.hidden();
        FloatBuffer q = random(rows * hidden, 1);
        FloatBuffer k = random(rows * hidden, 2);
        FloatBuffer v = random(rows * hidden, 3);
        FloatBuffer rotary = Buffers.of(RotaryTable.of(every.headSize(), THETA, rows));
        FloatBuffer dContext = random(texts * hidden, 4);
        Matrix<FloatBuffer> firstQ = matrix(firstRows(q, segments, hidden), texts);
        Inputs inputs = new Inputs(firstQ, matrix(k, rows), matrix(v, rows), matrix(rotary, rows));
        double[] spread = new double[rows * hidden];
        for (int text = 0; text < texts; text++) {
            for (int i = 0; i < hidden; i++) {
                spread[segments.starts()[text] * hidden + i] = dContext.get(text * hidden + i);
            }
        }
        AttentionReference reference =
                new AttentionReference(every, THETA, segments, doubles(q), doubles(k), doubles(v), spread);
        for (AttentionKernel<?> kernel : kernels) {
            FloatBuffer context = result(texts * hidden);
            FloatBuffer logSumExp = result(texts * every.heads());
            FloatBuffer dq = result(texts * hidden);
            FloatBuffer dk = result(rows * hidden);
            FloatBuffer dv = result(rows * hidden);
            Outputs outputs = new Outputs(matrix(context, texts), matrix(logSumExp, texts));
            kernel.forward(WORKERS, first, segments, inputs, outputs);
            Gradients gradients = new Gradients(matrix(dq, texts), matrix(dk, rows), matrix(dv, rows));
            kernel.backward(WORKERS, first, segments, inputs, outputs, matrix(dContext, texts), gradients);
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
