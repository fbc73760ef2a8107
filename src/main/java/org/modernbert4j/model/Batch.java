package org.modernbert4j.model;

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

    /** How many rows there are, padding included. */
    public int rows() {
        return ids.length;
    }
}
