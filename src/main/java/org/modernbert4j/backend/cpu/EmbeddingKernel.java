package org.modernbert4j.backend.cpu;

import com.google.auto.service.AutoService;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import org.modernbert4j.backend.Occurrences;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.nd4j.NdArray;

/** Rows of a table by number, and the way back: sums of gradients, and rows into a table. */
@AutoService(CpuKernels.class)
public final class EmbeddingKernel implements CpuKernels {
    @Override
    public Map<String, CpuKernel> byOp() {
        return Map.of(
                "modernbert_embedding", EmbeddingKernel::forward,
                "modernbert_select", EmbeddingKernel::forward,
                "modernbert_embedding_drows", EmbeddingKernel::rowGradients,
                "modernbert_spread", EmbeddingKernel::spread);
    }

    private static void forward(CpuContext cpu, OpCall call, NdArray[] in, NdArray[] out) {
        forward(cpu.workers(), in[0].floats(), in[1].integers(), out[0].floats(), in[0].columns());
    }

    private static void rowGradients(CpuContext cpu, OpCall call, NdArray[] in, NdArray[] out) {
        Occurrences occurrences = Occurrences.of(in[1].integers(), (int) call.integers()[0]);
        if (!Arrays.equals(occurrences.ids(), in[2].integers())) {
            throw new IllegalArgumentException("the distinct ids that are fed are not those of the batch");
        }
        rowGradients(cpu.workers(), in[0].floats(), occurrences, out[0].floats(), in[0].columns());
    }

    private static void spread(CpuContext cpu, OpCall call, NdArray[] in, NdArray[] out) {
        spread(cpu.workers(), in[2].floats(), in[1].integers(), out[0].floats(), out[0].rows(), out[0].columns());
    }

    /**
     * Computes the result.
     *
     * @param table {@code [entries, width]}
     * @param ids {@code [rows]}, each at least 0 and below the number of entries
     * @param y {@code [rows, width]}
     */
    public static void forward(Workers workers, FloatBuffer table, int[] ids, FloatBuffer y, int width) {
        workers.split(ids.length, (scratch, from, to) -> {
            for (int row = from; row < to; row++) {
                y.put(row * width, table, ids[row] * width, width);
            }
        });
    }

    /**
     * Computes those rows of the table's gradient that are not zero: for each id the sum over the rows that hold it, added in
     * their order.
     *
     * @param dy {@code [rows, width]}
     * @param occurrences of the ids in the rows
     * @param dRows {@code [distinct ids, width]}
     */
    public static void rowGradients(
            Workers workers, FloatBuffer dy, Occurrences occurrences, FloatBuffer dRows, int width) {
        int[] starts = occurrences.starts();
        workers.each(occurrences.ids().length, (scratch, item) -> {
            float[] part = scratch.array(0, width);
            float[] sum = scratch.array(1, width);
            Arrays.fill(sum, 0, width, 0);
            for (int i = starts[item]; i < starts[item + 1]; i++) {
                dy.get(occurrences.places()[i] * width, part, 0, width);
                add(sum, part, width);
            }
            dRows.put(item * width, sum, 0, width);
        });
    }

    private static void add(float[] sum, float[] part, int width) {
        for (int i = 0; i < width; i++) {
            sum[i] += part[i];
        }
    }

    /**
     * Adds rows to a table of zeros.
     *
     * @param rows {@code [n, width]}
     * @param ids {@code [n]}, where each of them is added; an id may come several times
     * @param table {@code [entries, width]}
     */
    public static void spread(Workers workers, FloatBuffer rows, int[] ids, FloatBuffer table, int entries, int width) {
        workers.split(entries, (scratch, from, to) -> {
            float[] zeros = scratch.array(0, width);
            Arrays.fill(zeros, 0, width, 0);
            for (int entry = from; entry < to; entry++) {
                table.put(entry * width, zeros, 0, width);
            }
        });
        workers.split(width, (scratch, from, to) -> {
            int columns = to - from;
            float[] part = scratch.array(0, columns);
            float[] sum = scratch.array(1, columns);
            for (int row = 0; row < ids.length; row++) {
                int target = ids[row] * width + from;
                rows.get(row * width + from, part, 0, columns);
                table.get(target, sum, 0, columns);
                add(sum, part, columns);
                table.put(target, sum, 0, columns);
            }
        });
    }
}
