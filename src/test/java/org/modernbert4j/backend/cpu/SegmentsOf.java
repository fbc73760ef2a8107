package org.modernbert4j.backend.cpu;

import java.util.Arrays;
import org.modernbert4j.backend.Segments;

/** Texts of given lengths, laid out in the two ways that batches have. */
public final class SegmentsOf {
    private SegmentsOf() {}

    /** Text after text, without padding. */
    public static Segments packed(int... lengths) {
        int[] starts = new int[lengths.length + 1];
        for (int text = 0; text < lengths.length; text++) {
            starts[text + 1] = starts[text] + lengths[text];
        }
        return new Segments(starts, lengths);
    }

    /** Each text padded to the same span. */
    public static Segments padded(int span, int... lengths) {
        int[] starts = new int[lengths.length + 1];
        Arrays.setAll(starts, text -> text * span);
        return new Segments(starts, lengths);
    }
}
