package org.modernbert4j.backend.cpu;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.modernbert4j.backend.AdamWStep;
import org.modernbert4j.backend.AdamWTable;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.cpu.AdamWKernel.Factors;
import org.modernbert4j.backend.nd4j.NdArray;

/**
 * A table whose rows without a gradient make a step when they are read next: they repeat those that they have missed, to the same
 * bits as if they had made them at once. Not thread safe.
 */
public final class LazyRows implements AdamWTable {
    /** The most steps that are remembered: what they take is little beside the table. */
    private static final int MOST_PENDING = 4096;

    private final Workers workers;
    private final NdArray weight;
    private final NdArray mean;
    private final NdArray meanSquare;
    private final int width;
    private final List<Factors> pending = new ArrayList<>();
    private final int[] done; // for each row, how many of the pending steps it has made

    /**
     * A table in which every row is up to date.
     *
     * @param weight {@code [entries, width]}
     * @param mean running mean of its gradient
     * @param meanSquare running mean of its gradient's square
     */
    LazyRows(Workers workers, NdArray weight, NdArray mean, NdArray meanSquare) {
        this.workers = workers;
        this.weight = weight;
        this.mean = mean;
        this.meanSquare = meanSquare;
        width = weight.columns();
        done = new int[weight.rows()];
    }

    @Override
    public void prepare(int[] rows) {
        int[] late = Arrays.stream(rows)
                .filter(row -> done[row] < pending.size())
                .distinct()
                .toArray();
        workers.each(late.length, (scratch, item) -> catchUp(scratch, late[item]));
    }

    @Override
    public void flush() {
        if (!pending.isEmpty()) {
            workers.each(done.length, this::catchUp);
            Arrays.fill(done, 0);
            pending.clear();
        }
    }

    @Override
    public void update(int[] rows, Array gradient, AdamWStep step) {
        for (int row : rows) {
            if (done[row] < pending.size()) {
                throw new IllegalStateException("row " + row + " was read before it was up to date: prepare it first");
            }
        }
        Factors factors = Factors.of(step);
        pending.add(factors);
        FloatBuffer gradients = ((NdArray) gradient).floats();
        workers.each(rows.length, (scratch, item) -> {
            Row row = new Row(scratch, rows[item]);
            float[] g = scratch.array(3, width);
            gradients.get(item * width, g, 0, width);
            row.update(g, factors);
            row.store();
            done[rows[item]] = pending.size();
        });
        if (pending.size() == MOST_PENDING) {
            flush();
        }
    }

    private void catchUp(Scratch scratch, int number) {
        if (done[number] == pending.size()) {
            return;
        }
        Row row = new Row(scratch, number);
        float[] zeros = scratch.array(3, width);
        Arrays.fill(zeros, 0, width, 0);
        boolean decaysOnly = isZero(row.m, width) && isZero(row.v, width);
        for (Factors factors : pending.subList(done[number], pending.size())) {
            if (decaysOnly && factors.keepZeroMoments()) {
                scale(row.w, factors.decay(), width);
            } else {
                row.update(zeros, factors);
            }
        }
        row.store();
        done[number] = pending.size();
    }

    private static boolean isZero(float[] values, int length) {
        for (int i = 0; i < length; i++) {
            if (values[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static void scale(float[] values, float factor, int length) {
        for (int i = 0; i < length; i++) {
            values[i] *= factor;
        }
    }

    /** Copies of a row and its moments. */
    private final class Row {
        private final int start;
        private final float[] w;
        private final float[] m;
        private final float[] v;

        Row(Scratch scratch, int number) {
            start = number * width;
            w = scratch.array(0, width);
            m = scratch.array(1, width);
            v = scratch.array(2, width);
            weight.floats().get(start, w, 0, width);
            mean.floats().get(start, m, 0, width);
            meanSquare.floats().get(start, v, 0, width);
        }

        void update(float[] gradient, Factors factors) {
            AdamWKernel.update(w, m, v, gradient, width, factors);
        }

        void store() {
            weight.floats().put(start, w, 0, width);
            mean.floats().put(start, m, 0, width);
            meanSquare.floats().put(start, v, 0, width);
        }
    }
}
