package org.modernbert4j.data;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Shares draws among classes by their sizes; scikit-learn's mode of the multivariate hypergeometric distribution. */
final class Apportionment {
    private Apportionment() {}

    /**
     * Each class gets its exact share rounded down; what is left goes to the largest remainders, among equals at random.
     *
     * @param sizes of the classes
     * @param draws to share, at most the sum of the sizes
     * @return draws of each class
     */
    static int[] of(int[] sizes, int draws, NumpyRandom random) {
        double total = Arrays.stream(sizes).sum();
        double[] exact =
                Arrays.stream(sizes).mapToDouble(size -> size / total * draws).toArray();
        int[] shares = Arrays.stream(exact).mapToInt(share -> (int) share).toArray();
        double[] remainders = IntStream.range(0, sizes.length)
                .mapToDouble(i -> exact[i] - shares[i])
                .toArray();
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
}
