package org.modernbert4j.backend.cpu;

import static org.modernbert4j.backend.cpu.Buffers.FLOAT_SUM;
import static org.modernbert4j.backend.cpu.Buffers.assertClose;
import static org.modernbert4j.backend.cpu.Buffers.doubles;
import static org.modernbert4j.backend.cpu.Buffers.random;
import static org.modernbert4j.backend.cpu.Buffers.result;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.backend.Segments;

class PoolKernelTest {
    private static final int WIDTH = 5;
    private static final Workers WORKERS = new Workers(2);

    @AfterAll
    static void close() {
        WORKERS.close();
    }

    private static double[] pool(Pooling pooling, Segments segments, double[] x) {
        double[] y = new double[segments.texts() * WIDTH];
        for (int text = 0; text < segments.texts(); text++) {
            int first = segments.starts()[text];
            int tokens = segments.lengths()[text];
            for (int i = 0; i < WIDTH; i++) {
                double sum = 0;
                for (int token = 0; token < tokens; token++) {
                    sum += x[(first + token) * WIDTH + i];
                }
                y[text * WIDTH + i] = switch (pooling) {
                    case CLS -> x[first * WIDTH + i];
                    case LAST_TOKEN -> x[(first + tokens - 1) * WIDTH + i];
                    case LAST_ROW -> x[(segments.starts()[text + 1] - 1) * WIDTH + i];
                    case MEAN -> sum / tokens;
                };
            }
        }
        return y;
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void equalsTheDefinition(Pooling pooling) {
        check(pooling, SegmentsOf.packed(4, 1, 7));
        check(pooling, SegmentsOf.padded(7, 4, 1, 7));
        check(pooling, SegmentsOf.packed(1));
    }

    private static void check(Pooling pooling, Segments segments) {
        FloatBuffer x = random(segments.starts()[segments.texts()] * WIDTH, 1);
        FloatBuffer dy = random(segments.texts() * WIDTH, 2);
        FloatBuffer y = result(dy.limit());
        FloatBuffer dx = result(x.limit());
        PoolKernel.forward(WORKERS, pooling, x, segments, y, WIDTH);
        PoolKernel.inputGradient(WORKERS, pooling, dy, segments, dx, WIDTH);
        assertClose(pool(pooling, segments, doubles(x)), y, FLOAT_SUM);
        assertClose(Slopes.of(at -> pool(pooling, segments, at), doubles(x), doubles(dy)), dx, FLOAT_SUM);
    }
}
