package org.modernbert4j.backend.cpu;

import com.google.auto.service.AutoService;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.backend.Segments;
import org.modernbert4j.backend.nd4j.NdArray;

/** One row for each text, from all its rows. */
@AutoService(CpuKernels.class)
public final class PoolKernel implements CpuKernels {
    @Override
    public Map<String, CpuKernel> byOp() {
        return Map.of("modernbert_pool", PoolKernel::forward, "modernbert_pool_dx", PoolKernel::inputGradient);
    }

    private static void forward(CpuContext cpu, OpCall call, NdArray[] in, NdArray[] out) {
        Segments segments = new Segments(in[1].integers(), in[2].integers());
        forward(cpu.workers(), pooling(call), in[0].floats(), segments, out[0].floats(), in[0].columns());
    }

    private static void inputGradient(CpuContext cpu, OpCall call, NdArray[] in, NdArray[] out) {
        Segments segments = new Segments(in[2].integers(), in[3].integers());
        inputGradient(cpu.workers(), pooling(call), in[0].floats(), segments, out[0].floats(), in[1].columns());
    }

    private static Pooling pooling(OpCall call) {
        return Pooling.of(call.integers()[0]);
    }

    /**
     * Computes the result.
     *
     * @param x {@code [rows, width]}
     * @param y {@code [texts, width]}
     */
    public static void forward(
            Workers workers, Pooling pooling, FloatBuffer x, Segments segments, FloatBuffer y, int width) {
        workers.split(segments.texts(), (scratch, from, to) -> {
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
                    for (int i = 0; i < width; i++) {
                        sum[i] += row[i];
                    }
                }
                for (int i = 0; i < width; i++) {
                    sum[i] /= tokens;
                }
                y.put(text * width, sum, 0, width);
            }
        });
    }

    /**
     * Computes the gradient of the input.
     *
     * @param dy {@code [texts, width]}
     * @param dx {@code [rows, width]}
     */
    public static void inputGradient(
            Workers workers, Pooling pooling, FloatBuffer dy, Segments segments, FloatBuffer dx, int width) {
        workers.split(segments.texts(), (scratch, from, to) -> {
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
            case MEAN -> throw new IllegalArgumentException("a mean is no single row");
        };
    }
}
