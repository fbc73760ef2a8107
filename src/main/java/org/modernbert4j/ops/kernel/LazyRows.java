package org.modernbert4j.ops.kernel;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.modernbert4j.ops.kernel.AdamWKernel.Factors;

/**
 * A table that AdamW updates with the gradients of some rows. The others change in each step too: they decay, and those that ever
 * had a gradient are still moved by their fading moments. Here a row does that when it is needed, by repeating the steps that it
 * has missed, to the same bits as if it had been done at once. Not thread safe.
 */
public final class LazyRows {
    /** The most steps that are remembered: what they take is little beside the table. */
    private static final int MOST_PENDING = 4096;

    private final FloatBuffer weight;
    private final FloatBuffer mean;
    private final FloatBuffer meanSquare;
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
    public LazyRows(FloatBuffer weight, FloatBuffer mean, FloatBuffer meanSquare, int entries, int width) {
        this.weight = weight;
        this.mean = mean;
        this.meanSquare = meanSquare;
        this.width = width;
        done = new int[entries];
    }

    /**
     * Brings rows up to date. What any other row holds must not be read.
     *
     * @param rows their numbers; one may come several times
     */
    public void prepare(Workers workers, int[] rows) {
        int[] late = Arrays.stream(rows)
                .filter(row -> done[row] < pending.size())
                .distinct()
                .toArray();
        workers.each(late.length, (scratch, item) -> catchUp(scratch, late[item]));
    }

    /** Brings all rows up to date and forgets the steps. */
    public void flush(Workers workers) {
        if (!pending.isEmpty()) {
            workers.each(done.length, this::catchUp);
            Arrays.fill(done, 0);
            pending.clear();
        }
    }

    /**
     * Makes a step: at once in the rows that have a gradient, later in the others.
     *
     * @param rows their numbers, each once
     * @param gradient {@code [rows, width]}
     * @throws IllegalStateException if one of them is not up to date: its gradient is that of an old weight
     */
    public void update(Workers workers, int[] rows, FloatBuffer gradient, AdamWKernel.Step step) {
        for (int row : rows) {
            if (done[row] < pending.size()) {
                throw new IllegalStateException("row " + row + " was read before it was up to date: prepare it first");
            }
        }
        Factors factors = Factors.of(step);
        pending.add(factors);
        workers.each(rows.length, (scratch, item) -> {
            Row row = new Row(scratch, rows[item]);
            float[] g = scratch.array(3, width);
            gradient.get(item * width, g, 0, width);
            row.update(g, factors);
            row.store();
            done[rows[item]] = pending.size();
        });
        if (pending.size() == MOST_PENDING) {
            flush(workers);
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
            weight.get(start, w, 0, width);
            mean.get(start, m, 0, width);
            meanSquare.get(start, v, 0, width);
        }

        void update(float[] gradient, Factors factors) {
            AdamWKernel.update(w, m, v, gradient, width, factors);
        }

        void store() {
            weight.put(start, w, 0, width);
            mean.put(start, m, 0, width);
            meanSquare.put(start, v, 0, width);
        }
    }
}
