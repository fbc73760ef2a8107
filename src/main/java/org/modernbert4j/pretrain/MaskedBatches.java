package org.modernbert4j.pretrain;

import java.util.Arrays;
import java.util.List;
import org.modernbert4j.model.Batch;
import org.modernbert4j.model.Layout;
import org.modernbert4j.pretrain.Masking.Masked;

/**
 * Batches of sequences with hidden tokens.
 *
 * @param masking what is hidden
 * @param layout how the sequences are laid
 * @param seed of the run
 */
record MaskedBatches(Masking masking, Layout layout, long seed) {
    /** A batch to train on; each step has a mask of its own. */
    List<Masked> ofStep(List<int[]> sequences, int step) {
        return masking.mask(sequences, seed * 1_000_003 + step);
    }

    /** A batch to measure on; it has the same mask each time. */
    List<Masked> toMeasure(List<int[]> sequences, int number) {
        return masking.mask(sequences, seed * 1_000_003 - 1 - number);
    }

    /** The rows of some sequences. */
    Batch lay(List<Masked> sequences) {
        Batch unlabelled = layout.lay(sequences.stream().map(Masked::ids).toList(), new int[0]);
        int[] labels = new int[unlabelled.rows()];
        Arrays.fill(labels, Masking.NOT_COUNTED);
        for (int i = 0; i < sequences.size(); i++) {
            int[] of = sequences.get(i).labels();
            System.arraycopy(of, 0, labels, unlabelled.segments().starts()[i], of.length);
        }
        return new Batch(unlabelled.ids(), unlabelled.segments(), labels);
    }
}
