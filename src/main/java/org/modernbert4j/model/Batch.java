package org.modernbert4j.model;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.modernbert4j.ops.kernel.Segments;

/**
 * Some texts, laid one after the other.
 *
 * @param ids token of each row
 * @param segments where the texts lie
 * @param labels class of each text; for the language model the token of each row, negative where it does not count; empty where
 *     nobody knows
 */
public record Batch(int[] ids, Segments segments, int[] labels) {
    /** How many texts there are. */
    public int texts() {
        return segments.texts();
    }

    /** How many labels count. */
    public int counted() {
        return Math.toIntExact(Arrays.stream(labels).filter(label -> label >= 0).count());
    }

    /** The rows that a language model is asked about: those whose label counts, or all where nobody knows labels. */
    int[] askedRows() {
        return IntStream.range(0, rows())
                .filter(row -> labels.length == 0 || labels[row] >= 0)
                .toArray();
    }

    /** How many rows there are, padding included. */
    public int rows() {
        return ids.length;
    }
}
