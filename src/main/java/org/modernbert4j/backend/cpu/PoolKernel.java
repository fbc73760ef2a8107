package org.modernbert4j.backend.cpu;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.backend.Segments;
import org.modernbert4j.backend.nd4j.NdArray;

/** One row for each text, from all its rows. */
final class PoolKernel {
    private PoolKernel() {}

    static void forward(CpuBackend cpu, OpCall call, NdArray[] in, NdArray[] out) {
        Pooling pooling = Pooling.of(call.integers()[0]);
        FloatBuffer x = in[0].floats(); // [rows, width]
        Segments segments = new Segments(in[1].integers(), in[2].integers());
        FloatBuffer y = out[0].floats(); // [texts, width]
        int width = in[0].columns();
        cpu.workers.split(segments.texts(), (scratch, from, to) -> {
            float[] row = scratch.array(0, width);
            float[] sum = scratch.array(1, width);
            for (int text = from; text < to; text++) {
                if (pooling != Pooling.MEAN) {
                    y.put(text * width, x, row(pooling, segments, text) * width, width);
                    continue;
                }
                Arrays.fill(sum, 0, width, 0f);
                int tokens = segments.lengths()[text];
                for (int token = 0; token < tokens; token++) {
                    x.get((segments.starts()[text] + token) * width, row, 0, width);
                    RowMath.add(sum, 0, row, width);
                }
                for (int i = 0; i < width; i++) {
                    sum[i] /= tokens;
                }
                y.put(text * width, sum, 0, width);
            }
        });
    }

    static void inputGradient(CpuBackend cpu, OpCall call, NdArray[] in, NdArray[] out) {
        Pooling pooling = Pooling.of(call.integers()[0]);
        FloatBuffer dy = in[0].floats(); // [texts, width]
        Segments segments = new Segments(in[2].integers(), in[3].integers());
        FloatBuffer dx = out[0].floats(); // [rows, width]
        int width = out[0].columns();
        cpu.workers.split(segments.texts(), (scratch, from, to) -> {
            float[] zeros = scratch.array(0, width);
            float[] row = scratch.array(1, width);
            Arrays.fill(zeros, 0, width, 0f);
            for (int text = from; text < to; text++) {
                int tokens = segments.lengths()[text];
                for (int i = segments.starts()[text]; i < segments.starts()[text + 1]; i++) {
                    dx.put(i * width, zeros, 0, width);
                }
                if (pooling != Pooling.MEAN) {
                    dx.put(row(pooling, segments, text) * width, dy, text * width, width);
                    continue;
                }
                dy.get(text * width, row, 0, width);
                for (int i = 0; i < width; i++) {
                    row[i] /= tokens;
                }
                for (int token = 0; token < tokens; token++) {
                    dx.put((segments.starts()[text] + token) * width, row, 0, width);
                }
            }
        });
    }

    private static int row(Pooling pooling, Segments segments, int text) {
        return switch (pooling) {
            case CLS -> segments.starts()[text];
            case LAST_TOKEN -> segments.starts()[text] + segments.lengths()[text] - 1;
            case LAST_ROW -> segments.starts()[text + 1] - 1;
            case MEAN -> throw new IllegalArgumentException("the mean is not a single row");
        };
    }
}
