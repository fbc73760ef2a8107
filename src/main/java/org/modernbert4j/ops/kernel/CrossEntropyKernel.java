package org.modernbert4j.ops.kernel;

import java.nio.FloatBuffer;
import java.util.Arrays;

/** Softmax cross entropy against one class a row, summed over the rows and scaled; a row with a negative label does not count. */
public final class CrossEntropyKernel {
    private static final RowMath MATH = RowMath.FASTEST;

    private CrossEntropyKernel() {}

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
