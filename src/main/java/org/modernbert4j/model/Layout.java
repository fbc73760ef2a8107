package org.modernbert4j.model;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Segments;
import org.modernbert4j.ops.Batch;
import org.modernbert4j.ops.Targets;

/**
 * How a batch places texts of different lengths in its rows.
 *
 * @param length rows per text, padded on the right; empty if each text has as many rows as tokens
 * @param paddingId the token in the rows after a text's tokens
 */
public record Layout(OptionalInt length, int paddingId) {
    /** Without padding. */
    public static Layout packed() {
        return new Layout(OptionalInt.empty(), 0);
    }

    /** Every text in {@code length} rows. */
    public static Layout padded(int length, int paddingId) {
        return new Layout(OptionalInt.of(length), paddingId);
    }

    /**
     * The layout for a network and a backend: packed if both allow it, else padded.
     *
     * @param length rows per text in the padded layout
     * @param paddingId the padding token
     */
    public static Layout of(Architecture architecture, Backend backend, int length, int paddingId) {
        boolean padded = architecture.head().map(Head::needsPadding).orElse(false) || !backend.hasKernels();
        return padded ? padded(length, paddingId) : packed();
    }

    /** How many rows a text of this many tokens takes. */
    public int rows(int tokens) {
        int rows = length.orElse(tokens);
        if (tokens > rows) {
            throw new IllegalArgumentException(tokens + " tokens do not fit into " + rows + " rows");
        }
        return rows;
    }

    /**
     * Makes a batch of texts.
     *
     * @param texts tokens of each text
     * @return a batch without selected rows or targets
     */
    public Batch lay(List<int[]> texts) {
        int[] starts = new int[texts.size() + 1];
        int[] lengths = new int[texts.size()];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = texts.get(i).length;
            starts[i + 1] = starts[i] + rows(lengths[i]);
        }
        int[] ids = new int[starts[lengths.length]];
        Arrays.fill(ids, paddingId);
        for (int i = 0; i < lengths.length; i++) {
            System.arraycopy(texts.get(i), 0, ids, starts[i], lengths[i]);
        }
        return Batch.of(ids, new Segments(starts, lengths), Targets.NONE);
    }
}
