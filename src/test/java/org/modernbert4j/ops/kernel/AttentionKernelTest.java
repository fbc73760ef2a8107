package org.modernbert4j.ops.kernel;

import static org.modernbert4j.ops.kernel.Buffers.assertClose;
import static org.modernbert4j.ops.kernel.Buffers.doubles;
import static org.modernbert4j.ops.kernel.Buffers.random;
import static org.modernbert4j.ops.kernel.Buffers.result;

import java.nio.FloatBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.modernbert4j.ops.kernel.AttentionKernel.Geometry;

class AttentionKernelTest {
    private static final int ALL = Integer.MAX_VALUE;
    private static final double THETA = 10_000;
    /** Of the largest element: angles are float32, and 300 radians are then off by up to 1.5e-5. */
    private static final double TOLERANCE = 5e-5;

    private static final Workers WORKERS = new Workers(2);
    private static final AttentionKernel KERNEL = new AttentionKernel(new CblasGemm());

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
        int rows = segments.starts()[segments.texts()];
        int count = rows * geometry.hidden();
        FloatBuffer q = random(count, 1);
        FloatBuffer k = random(count, 2);
        FloatBuffer v = random(count, 3);
        FloatBuffer dContext = random(count, 4);
        FloatBuffer rotary = Buffers.of(RotaryTable.cosinesAndSines(THETA, geometry.headSize(), rows));
        FloatBuffer context = result(count);
        FloatBuffer logSumExp = result(rows * geometry.heads());
        FloatBuffer dq = result(count);
        FloatBuffer dk = result(count);
        FloatBuffer dv = result(count);

        KERNEL.forward(WORKERS, geometry, segments, q, k, v, rotary, context, logSumExp);
        KERNEL.backward(WORKERS, geometry, segments, dContext, q, k, v, rotary, context, logSumExp, dq, dk, dv);

        AttentionReference reference = new AttentionReference(
                geometry, THETA, segments, doubles(q), doubles(k), doubles(v), doubles(dContext));
        assertClose(reference.context, context, TOLERANCE);
        assertClose(reference.dv, dv, TOLERANCE);
        assertClose(reference.dq, dq, TOLERANCE);
        assertClose(reference.dk, dk, TOLERANCE);
    }
}
