package org.modernbert4j.data;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.modernbert4j.InputException;
import org.modernbert4j.SettingException;

/** Chooses the examples of an experiment: the same rows in the same order as pandas and scikit-learn for the same seed. */
public final class Sampling {
    private Sampling() {}

    /**
     * Examples to learn from and examples to measure on, none in both.
     *
     * @param train in random order
     * @param validation in random order
     */
    public record Split(List<Example> train, List<Example> validation) {}

    /**
     * The places of a sample among {@code count} examples, in random order, as pandas {@code DataFrame.sample(frac, random_state)}.
     *
     * @param fraction of the examples, above 0 and at most 1; a half example rounds to the even count
     * @param seed 0 to 4,294,967,295
     * @throws InputException if the fraction or seed is outside, or if the sample is empty
     */
    static int[] sampleOf(int count, double fraction, long seed) {
        checkSample(fraction);
        int size = (int) Math.rint(fraction * count);
        if (size == 0) {
            throw new InputException(
                    "sample fraction " + fraction + ": gives none of " + count + " texts; choose a larger one");
        }
        return Arrays.copyOf(new NumpyRandom(seed).permutation(count), size);
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
    static Split stratifiedSplit(Selection.Drawn drawn, double validation, long seed) {
        List<Example> examples = drawn.examples();
        checkValidation(validation);
        List<int[]> strata = strata(drawn);
        int validationSize = (int) Math.ceil(validation * examples.size());
        int trainSize = examples.size() - validationSize;
        requireEnough("training", trainSize, strata.size(), "smaller");
        requireEnough("validation", validationSize, strata.size(), "larger");
        NumpyRandom random = new NumpyRandom(seed);
        int[] sizes = strata.stream().mapToInt(stratum -> stratum.length).toArray();
        int[] trainSizes = apportion(trainSize, sizes, random);
        int[] rest = sizes.clone();
        Arrays.setAll(rest, i -> sizes[i] - trainSizes[i]);
        int[] validationSizes = apportion(validationSize, rest, random);
        IntStream.Builder trained = IntStream.builder();
        IntStream.Builder validated = IntStream.builder();
        for (int i = 0; i < sizes.length; i++) {
            int[] shuffled = random.permutation(strata.get(i));
            int boundary = trainSizes[i];
            Arrays.stream(shuffled, 0, boundary).forEach(trained);
            Arrays.stream(shuffled, boundary, boundary + validationSizes[i]).forEach(validated);
        }
        return new Split(pick(examples, trained, random), pick(examples, validated, random));
    }

    /**
     * The places of the examples of each label in their list, the labels in order.
     *
     * @throws InputException if a label has one example only
     */
    private static List<int[]> strata(Selection.Drawn drawn) {
        List<Example> examples = drawn.examples();
        Map<String, IntStream.Builder> byLabel = new TreeMap<>(drawn.order());
        for (int place = 0; place < examples.size(); place++) {
            byLabel.computeIfAbsent(examples.get(place).label(), label -> IntStream.builder())
                    .add(place);
        }
        List<int[]> strata = byLabel.values().stream()
                .map(ofLabel -> ofLabel.build().toArray())
                .toList();
        for (int[] stratum : strata) {
            if (stratum.length == 1) {
                Example only = examples.get(stratum[0]);
                throw new InputException("label \"" + only.label() + "\": one text only ("
                        + drawn.tables().placeInMessage(only.row(), only.line())
                        + "), expected at least 2 to learn and to measure; add texts, use a larger --sample or"
                        + " --limit, or leave the label out with --exclude-labels");
            }
        }
        return strata;
    }

    /**
     * Shares draws among strata by their sizes, as scikit-learn's mode of the multivariate hypergeometric distribution. Each gets its
     * exact share rounded down; what is left goes to the largest remainders, among equals at random.
     *
     * @param draws to share, at most the sum of the sizes
     * @return draws of each stratum
     */
    private static int[] apportion(int draws, int[] sizes, NumpyRandom random) {
        double total = Arrays.stream(sizes).sum();
        int[] shares = new int[sizes.length];
        double[] remainders = new double[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            double exact = sizes[i] / total * draws;
            shares[i] = (int) exact;
            remainders[i] = exact - shares[i];
        }
        int left = draws - Arrays.stream(shares).sum();
        double[] values = Arrays.stream(remainders).distinct().sorted().toArray();
        for (int v = values.length - 1; v >= 0 && left > 0; v--) {
            double value = values[v];
            int[] equal = IntStream.range(0, sizes.length)
                    .filter(i -> remainders[i] == value)
                    .toArray();
            int[] chosen = random.choice(equal, Math.min(equal.length, left));
            Arrays.stream(chosen).forEach(i -> shares[i]++);
            left -= chosen.length;
        }
        return shares;
    }

    static void checkSample(double fraction) {
        SettingException.requireRange(fraction > 0 && fraction <= 1, "sample", fraction, "a share above 0 and up to 1");
    }

    static void checkValidation(double fraction) {
        SettingException.requireRange(fraction > 0 && fraction < 1, "validation", fraction, "a share between 0 and 1");
    }

    private static void requireEnough(String part, int size, int labels, String remedy) {
        if (size < labels) {
            throw new InputException(part + " part: " + size + " texts for " + labels
                    + " labels, expected at least one each; use more texts or a " + remedy + " validation fraction");
        }
    }

    /** The examples at some places, in random order. */
    private static List<Example> pick(List<Example> examples, IntStream.Builder places, NumpyRandom random) {
        int[] shuffled = random.permutation(places.build().toArray());
        return Arrays.stream(shuffled).mapToObj(examples::get).toList();
    }
}
