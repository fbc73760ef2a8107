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
        double[] losses = new double[labels.length];
        workers.split(labels.length, (scratch, from, to) -> {
            float[] row = new float[classes];
            for (int i = from; i < to; i++) {
                if (labels[i] >= 0) {
                    logits.get(i * classes, row);
                    losses[i] = logSumExp(row) - row[labels[i]];
                }
            }
        });
        double sum = 0;
        for (double loss : losses) {
            sum += loss;
        }
        return sum * scale;
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

    private static double logSumExp(float[] row) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float value : row) {
            largest = Math.max(largest, value);
        }
        double sum = 0;
        for (float value : row) {
            sum += Math.exp(value - largest);
        }
        return largest + Math.log(sum);
    }
}
