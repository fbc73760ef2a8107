package org.modernbert4j.data;

import java.nio.file.Path;
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

    /** A random part of the examples of a file, and the rest. */
    public static Sampling.Split split(List<Example> examples, double validation, long seed) {
        Tables tables = new Tables(List.of(Path.of("data.csv")), List.of(0));
        return Sampling.stratifiedSplit(new Selection.Drawn(examples, tables, Labels.ORDER), validation, seed);
    }
}
