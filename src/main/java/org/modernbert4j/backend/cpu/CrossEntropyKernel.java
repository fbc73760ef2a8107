package org.modernbert4j.backend.cpu;

import com.google.auto.service.AutoService;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.nd4j.NdArray;

/** Softmax cross entropy against one class a row, summed over the rows and scaled; a row with a negative label does not count. */
@AutoService(CpuKernels.class)
public final class CrossEntropyKernel implements CpuKernels {
    private static final RowMath MATH = RowMath.FASTEST;

    @Override
    public Map<String, CpuKernel> byOp() {
        return Map.of(
                "modernbert_cross_entropy", CrossEntropyKernel::forward,
                "modernbert_cross_entropy_dx", CrossEntropyKernel::logitsGradient);
    }

    private static void forward(CpuContext cpu, OpCall call, NdArray[] in, NdArray[] out) {
        double loss = forward(
                cpu.workers(),
                in[0].floats(),
                in[1].integers(),
                in[0].columns(),
                in[2].floats().get(0));
        out[0].floats().put(0, (float) loss);
    }

    private static void logitsGradient(CpuContext cpu, OpCall call, NdArray[] in, NdArray[] out) {
        logitsGradient(
                cpu.workers(),
                in[1].floats(),
                in[2].integers(),
                out[0].floats(),
                in[1].columns(),
                (double) in[3].floats().get(0) * in[0].floats().get(0));
    }

    /**
     * Computes the result.
     *
     * @param logits {@code [rows, classes]}
     * @param labels {@code [rows]}
     * @param scale factor of the sum: one over the rows for a mean
     * @return the loss
     */
    public static double forward(Workers workers, FloatBuffer logits, int[] labels, int classes, double scale) {
        synchronized (workers) {
            double[] losses = workers.shared().doubles(0, labels.length);
            workers.split(labels.length, (scratch, from, to) -> {
                float[] row = scratch.array(0, classes);
                for (int i = from; i < to; i++) {
                    losses[i] = 0;
                    if (labels[i] >= 0) {
                        logits.get(i * classes, row, 0, classes);
                        losses[i] = logSumExp(row, classes) - row[labels[i]];
                    }
                }
            });
            double sum = 0;
            for (int i = 0; i < labels.length; i++) {
                sum += losses[i];
            }
            return sum * scale;
        }
    }

    /**
     * Computes the gradient of the logits.
     *
     * @param logits {@code [rows, classes]}
     * @param labels {@code [rows]}
     * @param dLogits {@code [rows, classes]}
     * @param scale factor of the sum, times the gradient of the loss
     */
    public static void logitsGradient(
            Workers workers, FloatBuffer logits, int[] labels, FloatBuffer dLogits, int classes, double scale) {
        workers.split(labels.length, (scratch, from, to) -> {
            float[] row = scratch.array(0, classes);
            for (int i = from; i < to; i++) {
                if (labels[i] < 0) {
                    Arrays.fill(row, 0, classes, 0f);
                } else {
                    logits.get(i * classes, row, 0, classes);
                    float largest = MATH.max(row, 0, classes);
                    float factor = (float) (scale / MATH.expSum(row, 0, classes, largest));
                    multiply(row, classes, factor);
                    row[labels[i]] -= (float) scale;
                }
                dLogits.put(i * classes, row, 0, classes);
            }
        });
    }

    private static void multiply(float[] row, int n, float factor) {
        for (int i = 0; i < n; i++) {
            row[i] *= factor;
        }
    }

    private static double logSumExp(float[] row, int classes) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
            largest = Math.max(largest, row[c]);
        }
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            sum += Math.exp(row[c] - largest);
        }
        return largest + Math.log(sum);
    }
}
