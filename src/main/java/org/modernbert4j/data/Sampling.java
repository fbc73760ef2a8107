package org.modernbert4j.data;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.modernbert4j.InputException;

/** Chooses the examples of an experiment: the same rows in the same order as pandas and scikit-learn for the same seed. */
public final class Sampling {
    private Sampling() {}

    /**
     * Leaves out the examples that carry certain labels.
     *
     * @throws InputException if none is left
     */
    public static Exclusion exclude(List<Example> examples, Set<String> labels) {
        Set<String> present = examples.stream().map(Example::label).collect(Collectors.toSet());
        List<Example> kept = examples.stream()
                .filter(example -> !labels.contains(example.label()))
                .toList();
        if (kept.isEmpty()) {
            throw new InputException("labels to exclude: no text is left without them; exclude fewer");
        }
        List<String> absent = labels.stream()
                .filter(label -> !present.contains(label))
                .sorted()
                .toList();
        return new Exclusion(kept, absent);
    }

    /**
     * A random part of the examples, as pandas {@code DataFrame.sample(frac, random_state)}.
     *
     * @param fraction of the examples, above 0 and at most 1; a half example rounds to the even count
     * @param seed 0 to 4,294,967,295
     * @throws InputException if the fraction or seed is outside, or if the part is empty
     */
    public static List<Example> sample(List<Example> examples, double fraction, long seed) {
        if (!(fraction > 0 && fraction <= 1)) {
            throw new InputException("sample fraction " + fraction + ": wanted above 0 and at most 1; choose another");
        }
        int size = (int) Math.rint(fraction * examples.size());
        if (size == 0) {
            throw new InputException("sample fraction " + fraction + ": gives none of " + examples.size()
                    + " texts; choose a larger one");
        }
        int[] order = new NumpyRandom(seed).permutation(examples.size());
        return pick(examples, Arrays.copyOf(order, size));
    }

    /**
     * Parts the examples at random so that both parts have each label about as often, as scikit-learn
     * {@code train_test_split(test_size, random_state, stratify)}.
     *
     * @param validation fraction of the examples to measure on, between 0 and 1; a part of an example counts as one
     * @param seed 0 to 4,294,967,295
     * @throws InputException if the fraction or seed is outside, if a label has one example only, or if a part would have fewer
     *     examples than there are labels
     */
    public static Split stratifiedSplit(List<Example> examples, double validation, long seed) {
        if (!(validation > 0 && validation < 1)) {
            throw new InputException("validation fraction " + validation + ": wanted between 0 and 1; choose another");
        }
        Strata strata = Strata.of(examples);
        int validationSize = (int) Math.ceil(validation * examples.size());
        int trainSize = examples.size() - validationSize;
        requireEnough("training", trainSize, strata.count(), "smaller");
        requireEnough("validation", validationSize, strata.count(), "larger");
        List<int[]> places = strata.split(trainSize, validationSize, new NumpyRandom(seed));
        return new Split(pick(examples, places.get(0)), pick(examples, places.get(1)));
    }

    private static void requireEnough(String part, int size, int labels, String remedy) {
        if (size < labels) {
            throw new InputException(part + " part: " + size + " texts for " + labels
                    + " labels, wanted at least one each; use more texts or a " + remedy + " validation fraction");
        }
    }

    private static List<Example> pick(List<Example> examples, int[] places) {
        return Arrays.stream(places).mapToObj(examples::get).toList();
    }
}
