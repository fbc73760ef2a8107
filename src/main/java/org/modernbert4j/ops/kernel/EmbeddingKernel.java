package org.modernbert4j.ops.kernel;

import java.nio.FloatBuffer;
import java.util.Arrays;

/** Rows of a table by number, and the sum of gradients back into the table. */
public final class EmbeddingKernel {
    private EmbeddingKernel() {}

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
     * Computes the gradient of the table.
     *
     * @param dy {@code [rows, width]}
     * @param ids {@code [rows]}; an id may come several times
     * @param dTable {@code [entries, width]}
     * @param paddingId an id that gets no gradient; negative for none
     */
    public static void tableGradient(
            Workers workers, FloatBuffer dy, int[] ids, FloatBuffer dTable, int entries, int width, int paddingId) {
        workers.split(entries, (scratch, from, to) -> {
            float[] zeros = scratch.array(0, width);
            Arrays.fill(zeros, 0, width, 0);
            for (int entry = from; entry < to; entry++) {
                dTable.put(entry * width, zeros, 0, width);
            }
        });
        workers.split(width, (scratch, from, to) -> {
            int columns = to - from;
            float[] part = scratch.array(0, columns);
            float[] sum = scratch.array(1, columns);
            for (int row = 0; row < ids.length; row++) {
                if (ids[row] == paddingId) {
                    continue;
                }
                int target = ids[row] * width + from;
                dy.get(row * width + from, part, 0, columns);
                dTable.get(target, sum, 0, columns);
                add(sum, part, columns);
                dTable.put(target, sum, 0, columns);
            }
        });
    }
}
