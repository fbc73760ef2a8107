package org.modernbert4j.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.modernbert4j.InputException;

/** The places of the examples of each label in their list. */
final class Strata {
    /** Python compares strings by code points, Java by UTF-16 units; they differ above U+FFFF. */
    private static final Comparator<String> BY_CODE_POINTS =
            Comparator.comparing(label -> label.codePoints().toArray(), Arrays::compare);

    private final List<int[]> strata;

    private Strata(List<int[]> strata) {
        this.strata = strata;
    }

    /**
     * One stratum for each label, in the order of their code points.
     *
     * @throws InputException if a label has one example only
     */
    static Strata of(List<Example> examples) {
        Map<String, IntStream.Builder> byLabel = new TreeMap<>(BY_CODE_POINTS);
        for (int place = 0; place < examples.size(); place++) {
            byLabel.computeIfAbsent(examples.get(place).label(), label -> IntStream.builder())
                    .add(place);
        }
        List<int[]> strata = byLabel.values().stream()
                .map(places -> places.build().toArray())
                .toList();
        for (int[] stratum : strata) {
            if (stratum.length == 1) {
                Example only = examples.get(stratum[0]);
                throw new InputException("label \"" + only.label() + "\": one text only (row " + only.row()
                        + "), wanted at least 2 to learn and to measure; add texts, use a larger sample or leave the label"
                        + " out with --exclude-labels");
            }
        }
        return new Strata(strata);
    }

    /** How many labels there are. */
    int count() {
        return strata.size();
    }

    /** The places of the training part, then those of the validation part, as scikit-learn's StratifiedShuffleSplit. */
    List<int[]> split(int trainSize, int validationSize, NumpyRandom random) {
        int[] sizes = strata.stream().mapToInt(stratum -> stratum.length).toArray();
        int[] trainSizes = Apportionment.of(sizes, trainSize, random);
        int[] rest = IntStream.range(0, sizes.length)
                .map(i -> sizes[i] - trainSizes[i])
                .toArray();
        int[] validationSizes = Apportionment.of(rest, validationSize, random);
        List<int[]> train = new ArrayList<>();
        List<int[]> validation = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            int[] shuffled = random.permutation(strata.get(i));
            int boundary = trainSizes[i];
            train.add(Arrays.copyOfRange(shuffled, 0, boundary));
            validation.add(Arrays.copyOfRange(shuffled, boundary, boundary + validationSizes[i]));
        }
        return List.of(random.permutation(join(train)), random.permutation(join(validation)));
    }

    private static int[] join(List<int[]> parts) {
        return parts.stream().flatMapToInt(Arrays::stream).toArray();
    }
}
