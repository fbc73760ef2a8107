package org.modernbert4j.backend.cpu;

import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.modernbert4j.backend.AdamWFactors;
import org.modernbert4j.backend.AdamWStep;
import org.modernbert4j.backend.AdamWTable;
import org.modernbert4j.backend.Array;

/**
 * A table that delays the steps of rows without a gradient. Before such a row is read, {@link #prepare} does all steps that it
 * missed. The result is the same to the bit. Not thread safe.
 */
final class LazyRows implements AdamWTable {
    /** The most steps that are kept; they are small compared with the table. */
    private static final int MOST_PENDING = 4096;

    private final Workers workers;
    private final AdamWKernel kernel;
    private final int width;
    private final List<AdamWFactors> pending = new ArrayList<>();
    private final int[] done; // for each row, how many of the pending steps are done

    /**
     * A table in which every row is up to date.
     *
     * @param kernel the table and its moments, all {@code [entries, width]}
     */
    LazyRows(Workers workers, AdamWKernel kernel, int entries, int width) {
        this.workers = workers;
        this.kernel = kernel;
        this.width = width;
        done = new int[entries];
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
                throw new IllegalStateException("row " + row + " is not up to date; prepare it before it is read");
            }
        }
        AdamWFactors factors = AdamWFactors.of(step);
        pending.add(factors);
        FloatBuffer gradients = CpuBackend.memory(gradient);
        try {
            workers.each(rows.length, (scratch, item) -> {
                AdamWKernel.Part row = row(scratch, rows[item]);
                float[] g = scratch.array(3, width);
                gradients.get(item * width, g, 0, width);
                row.update(g, factors);
                row.store();
                done[rows[item]] = pending.size();
            });
        } finally {
            Reference.reachabilityFence(gradient);
        }
        if (pending.size() == MOST_PENDING) {
            flush();
        }
    }

    private AdamWKernel.Part row(Scratch scratch, int number) {
        AdamWKernel.Part row = kernel.part(scratch, width);
        row.load(number * width, width);
        return row;
    }

    private void catchUp(Scratch scratch, int number) {
        if (done[number] == pending.size()) {
            return;
        }
        AdamWKernel.Part row = row(scratch, number);
        float[] zeros = scratch.array(3, width);
        Arrays.fill(zeros, 0, width, 0);
        boolean decaysOnly = row.hasZeroMoments();
        for (AdamWFactors factors : pending.subList(done[number], pending.size())) {
            if (decaysOnly && factors.onlyDecayAtZero()) {
                row.decay(factors);
            } else {
                row.update(zeros, factors);
            }
        }
        row.store();
        done[number] = pending.size();
    }
}
