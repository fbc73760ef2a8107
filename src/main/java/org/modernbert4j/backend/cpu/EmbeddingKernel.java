package org.modernbert4j.backend.cpu;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.modernbert4j.backend.Occurrences;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.nd4j.NdArray;

/** Rows of a table by number, and their gradients. */
final class EmbeddingKernel {
    private EmbeddingKernel() {}

    static void forward(CpuBackend cpu, OpCall call, NdArray[] in, NdArray[] out) {
        FloatBuffer table = in[0].floats(); // [entries, width]
        int[] ids = in[1].integers(); // [rows]
        FloatBuffer y = out[0].floats(); // [rows, width]
        int width = in[0].columns();
        cpu.workers.split(ids.length, (scratch, from, to) -> {
            for (int row = from; row < to; row++) {
                y.put(row * width, table, ids[row] * width, width);
            }
        });
    }

    /** Those rows of the table's gradient that are not zero. */
    static void rowGradients(CpuBackend cpu, OpCall call, NdArray[] in, NdArray[] out) {
        Occurrences occurrences = Occurrences.of(in[1].integers(), (int) call.integers()[0]);
        if (!Arrays.equals(occurrences.ids(), in[2].integers())) {
            throw new IllegalArgumentException("the distinct ids that are fed are not those of the batch");
        }
        addRows(cpu.workers, in[0].floats(), occurrences, out[0].floats(), in[0].columns());
    }

    /**
     * Adds up the rows of each id, in their order.
     *
     * @param rows {@code [rows, width]}
     * @param occurrences of the ids in the rows
     * @param sums {@code [distinct ids, width]}
     */
    static void addRows(Workers workers, FloatBuffer rows, Occurrences occurrences, FloatBuffer sums, int width) {
        int[] starts = occurrences.starts();
        workers.each(occurrences.ids().length, (scratch, item) -> {
            float[] part = scratch.array(0, width);
            float[] sum = scratch.array(1, width);
            Arrays.fill(sum, 0, width, 0);
            for (int i = starts[item]; i < starts[item + 1]; i++) {
                rows.get(occurrences.places()[i] * width, part, 0, width);
                RowMath.add(sum, 0, part, width);
            }
            sums.put(item * width, sum, 0, width);
        });
    }

    /** Adds rows to a table of zeros; ids may repeat. */
    static void spread(CpuBackend cpu, OpCall call, NdArray[] in, NdArray[] out) {
        int[] ids = in[1].integers(); // [rows]
        FloatBuffer rows = in[2].floats(); // [rows, width]
        FloatBuffer table = out[0].floats(); // [entries, width]
        int width = out[0].columns();
        cpu.workers.split(out[0].rows(), (scratch, from, to) -> {
            float[] zeros = scratch.array(0, width);
            Arrays.fill(zeros, 0, width, 0);
            for (int entry = from; entry < to; entry++) {
                table.put(entry * width, zeros, 0, width);
            }
        });
        cpu.workers.split(width, (scratch, from, to) -> {
            int columns = to - from;
            float[] part = scratch.array(0, columns);
            float[] sum = scratch.array(1, columns);
            for (int row = 0; row < ids.length; row++) {
                int target = ids[row] * width + from;
                rows.get(row * width + from, part, 0, columns);
                table.get(target, sum, 0, columns);
                RowMath.add(sum, 0, part, columns);
                table.put(target, sum, 0, columns);
            }
        });
    }
}
