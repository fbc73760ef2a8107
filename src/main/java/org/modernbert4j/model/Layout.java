package org.modernbert4j.model;

import java.util.Arrays;
import java.util.List;
import org.modernbert4j.ops.Lowering;
import org.modernbert4j.ops.kernel.Segments;

/** How texts of different lengths become the rows of a batch. */
public sealed interface Layout {
    /** Rows that a text of this many tokens takes. */
    int rows(int tokens);

    /** What the rows after a text's tokens hold. */
    int paddingId();

    /**
     * Lays texts out.
     *
     * @param texts tokens of each text
     * @param labels class of each text, or empty
     */
    default Batch lay(List<int[]> texts, int[] labels) {
        int[] starts = new int[texts.size() + 1];
        int[] lengths = new int[texts.size()];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = texts.get(i).length;
            starts[i + 1] = starts[i] + rows(lengths[i]);
        }
        int[] ids = new int[starts[lengths.length]];
        Arrays.fill(ids, paddingId());
        for (int i = 0; i < lengths.length; i++) {
            System.arraycopy(texts.get(i), 0, ids, starts[i], lengths[i]);
        }
        return new Batch(ids, new Segments(starts, lengths), labels);
    }

    /**
     * The layout that a head and a lowering want: packed where they allow it.
     *
     * @param length rows of a text, where it is padded
     * @param paddingId the padding token
     */
    static Layout of(Head head, Lowering lowering, int length, int paddingId) {
        return head.needsPadding() || lowering == Lowering.STOCK ? new Padded(length, paddingId) : new Packed();
    }

    /** No padding exists. */
    record Packed() implements Layout {
        @Override
        public int rows(int tokens) {
            return tokens;
        }

        @Override
        public int paddingId() {
            return 0;
        }
    }

    /**
     * Every text is filled up on the right.
     *
     * @param length rows of every text
     * @param paddingId the padding token
     */
    record Padded(int length, int paddingId) implements Layout {
        @Override
        public int rows(int tokens) {
            if (tokens > length) {
                throw new IllegalArgumentException(tokens + " tokens do not fit into " + length + " rows");
            }
            return length;
        }
    }
}
