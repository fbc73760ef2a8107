package org.modernbert4j.ops;

import org.modernbert4j.backend.Segments;

/**
 * A batch of texts, one after the other.
 *
 * @param ids the token of each row
 * @param segments the rows of each text
 * @param selected rows that get logits, for heads that give logits for rows; empty for other heads
 * @param targets of the logits; {@link Targets#NONE} if they are unknown
 */
public record Batch(int[] ids, Segments segments, int[] selected, Targets targets) {
    /** A batch for a head that gives logits for texts. */
    public static Batch of(int[] ids, Segments segments, Targets targets) {
        return new Batch(ids, segments, new int[0], targets);
    }

    /** How many texts there are. */
    public int texts() {
        return segments.texts();
    }

    /** How many rows there are, padding included. */
    public int rows() {
        return ids.length;
    }

    /** The same texts with other targets. */
    public Batch with(Targets other) {
        return new Batch(ids, segments, selected, other);
    }
}
