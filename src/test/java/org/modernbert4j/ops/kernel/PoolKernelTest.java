package org.modernbert4j.ops.kernel;

import static org.modernbert4j.ops.kernel.Buffers.FLOAT_SUM;
import static org.modernbert4j.ops.kernel.Buffers.assertClose;
import static org.modernbert4j.ops.kernel.Buffers.doubles;
import static org.modernbert4j.ops.kernel.Buffers.random;
import static org.modernbert4j.ops.kernel.Buffers.result;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.modernbert4j.ops.kernel.PoolKernel.Reduction;

class PoolKernelTest {
    private static final int WIDTH = 5;
    private static final Workers WORKERS = new Workers(2);

    @AfterAll
    static void close() {
        WORKERS.close();
    }

    private static double[] pool(Reduction reduction, Segments segments, double[] x) {
        double[] y = new double[segments.texts() * WIDTH];
        for (int text = 0; text < segments.texts(); text++) {
            int first = segments.starts()[text];
            int tokens = segments.lengths()[text];
            for (int i = 0; i < WIDTH; i++) {
                double sum = 0;
                for (int token = 0; token < tokens; token++) {
                    sum += x[(first + token) * WIDTH + i];
                }
                y[text * WIDTH + i] = switch (reduction) {
                    case FIRST -> x[first * WIDTH + i];
                    case LAST_TOKEN -> x[(first + tokens - 1) * WIDTH + i];
                    case LAST_ROW -> x[(segments.starts()[text + 1] - 1) * WIDTH + i];
                    case MEAN -> sum / tokens;
                };
            }
        }
        return y;
    }

    @ParameterizedTest
    @EnumSource(Reduction.class)
    void equalsTheDefinition(Reduction reduction) {
        check(reduction, SegmentsOf.packed(4, 1, 7));
        check(reduction, SegmentsOf.padded(7, 4, 1, 7));
        check(reduction, SegmentsOf.packed(1));
    }

    private static void check(Reduction reduction, Segments segments) {
        FloatBuffer x = random(segments.starts()[segments.texts()] * WIDTH, 1);
        FloatBuffer dy = random(segments.texts() * WIDTH, 2);
        FloatBuffer y = result(dy.limit());
        FloatBuffer dx = result(x.limit());
        PoolKernel.forward(WORKERS, reduction, x, segments, y, WIDTH);
        PoolKernel.inputGradient(WORKERS, reduction, dy, segments, dx, WIDTH);
        assertClose(pool(reduction, segments, doubles(x)), y, FLOAT_SUM);
        assertClose(Slopes.of(at -> pool(reduction, segments, at), doubles(x), doubles(dy)), dx, FLOAT_SUM);
    }
}
