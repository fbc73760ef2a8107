package org.modernbert4j.ops.kernel;

import java.nio.FloatBuffer;

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
            float[] zeros = new float[width];
            for (int entry = from; entry < to; entry++) {
                dTable.put(entry * width, zeros);
            }
        });
        workers.split(width, (scratch, from, to) -> {
            float[] part = new float[to - from];
            float[] sum = new float[to - from];
            for (int row = 0; row < ids.length; row++) {
                if (ids[row] == paddingId) {
                    continue;
                }
                int target = ids[row] * width + from;
                dy.get(row * width + from, part);
                dTable.get(target, sum);
                for (int i = 0; i < part.length; i++) {
                    sum[i] += part[i];
                }
                dTable.put(target, sum);
            }
        });
    }
}
