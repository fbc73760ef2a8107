package org.modernbert4j.backend.cpu;

import static org.modernbert4j.backend.cpu.Buffers.FLOAT_SUM;
import static org.modernbert4j.backend.cpu.Buffers.assertClose;
import static org.modernbert4j.backend.cpu.Buffers.doubles;
import static org.modernbert4j.backend.cpu.Buffers.input;
import static org.modernbert4j.backend.cpu.Buffers.output;
import static org.modernbert4j.backend.cpu.Buffers.random;
import static org.modernbert4j.backend.cpu.Buffers.run;
import static org.modernbert4j.backend.cpu.Buffers.values;

import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.backend.Segments;
import org.modernbert4j.backend.nd4j.NdArray;

class PoolKernelTest {
    private static final int WIDTH = 5;
    private static final CpuBackend CPU = new CpuBackend(2);

    @AfterAll
    static void close() {
        CPU.close();
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
        int rows = segments.starts()[segments.texts()];
        FloatBuffer x = random(rows * WIDTH, 1);
        FloatBuffer dy = random(segments.texts() * WIDTH, 2);
        NdArray y = output(segments.texts(), WIDTH);
        NdArray dx = output(rows, WIDTH);
        NdArray input = input(x, rows, WIDTH);
        NdArray starts = input(segments.starts());
        NdArray lengths = input(segments.lengths());
        long[] attributes = {pooling.code()};
        run(CPU, new OpCall("modernbert_pool", attributes, new double[0]), List.of(input, starts, lengths), y);
        run(
                CPU,
                new OpCall("modernbert_pool_dx", attributes, new double[0]),
                List.of(input(dy, segments.texts(), WIDTH), input, starts, lengths),
                dx);
        assertClose(pool(pooling, segments, doubles(x)), values(y), FLOAT_SUM);
        assertClose(Slopes.of(at -> pool(pooling, segments, at), doubles(x), doubles(dy)), values(dx), FLOAT_SUM);
    }
}
