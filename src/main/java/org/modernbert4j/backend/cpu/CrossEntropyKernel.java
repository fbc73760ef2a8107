package org.modernbert4j.backend.cpu;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.nd4j.NdArray;

/** Softmax cross entropy of one class per row, summed over the rows and scaled; a row with a negative label does not count. */
final class CrossEntropyKernel {
    private CrossEntropyKernel() {}

    static void forward(CpuBackend cpu, OpCall call, NdArray[] in, NdArray[] out) {
        FloatBuffer logits = in[0].floats(); // [rows, classes]
        int[] labels = in[1].integers(); // [rows]
        double scale = in[2].floats().get(0);
        int classes = in[0].columns();
        synchronized (cpu.workers) {
            double[] losses = cpu.workers.shared().doubles(0, labels.length);
            cpu.workers.split(labels.length, (scratch, from, to) -> {
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
            out[0].floats().put(0, (float) (sum * scale));
        }
    }

    static void logitsGradient(CpuBackend cpu, OpCall call, NdArray[] in, NdArray[] out) {
        FloatBuffer logits = in[1].floats(); // [rows, classes]
        int[] labels = in[2].integers(); // [rows]
        double scale = (double) in[3].floats().get(0) * in[0].floats().get(0);
        FloatBuffer dLogits = out[0].floats(); // [rows, classes]
        int classes = in[1].columns();
        cpu.workers.split(labels.length, (scratch, from, to) -> {
            float[] row = scratch.array(0, classes);
            for (int i = from; i < to; i++) {
                if (labels[i] < 0) {
                    Arrays.fill(row, 0, classes, 0f);
                } else {
                    logits.get(i * classes, row, 0, classes);
                    float largest = RowMath.fastest().max(row, 0, classes);
                    float factor = (float) (scale / RowMath.fastest().expSum(row, 0, classes, largest));
                    RowMath.scale(row, 0, classes, factor);
                    row[labels[i]] -= (float) scale;
                }
                dLogits.put(i * classes, row, 0, classes);
            }
        });
    }

    private static double logSumExp(float[] row, int classes) {
        double largest = RowMath.fastest().max(row, 0, classes);
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            sum += FloatMath.expOfNegative(row[c] - largest);
        }
        return largest + StrictMath.log(sum);
    }
}
