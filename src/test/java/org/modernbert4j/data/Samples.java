package org.modernbert4j.data;

import java.util.Arrays;
import java.util.List;

/** Samples of examples, in the order in which a run takes them. */
public final class Samples {
    private Samples() {}

    /** A random part of the examples. */
    public static List<Example> of(List<Example> examples, double fraction, long seed) {
        return Arrays.stream(Sampling.sampleOf(examples.size(), fraction, seed))
                .mapToObj(examples::get)
                .toList();
    }
}
