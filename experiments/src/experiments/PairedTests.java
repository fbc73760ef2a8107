package experiments;

import java.util.Arrays;
import java.util.Map;
import org.apache.commons.statistics.inference.BinomialTest;
import org.apache.commons.statistics.inference.WilcoxonSignedRankTest;

/** Whether two experiments differ by more than chance: two-sided p values. */
final class PairedTests {
    private PairedTests() {}

    /**
     * McNemar's test, exact, on the texts that one of two networks got right and the other did not.
     *
     * @param one by row of the text, whether it was right
     * @param other likewise, for the same rows
     * @throws IllegalArgumentException if the rows differ
     */
    static double mcNemar(Map<Integer, Boolean> one, Map<Integer, Boolean> other) {
        if (!one.keySet().equals(other.keySet())) {
            throw new IllegalArgumentException("predictions of different texts");
        }
        int onlyOne = 0;
        int onlyOther = 0;
        for (Map.Entry<Integer, Boolean> right : one.entrySet()) {
            boolean otherRight = other.get(right.getKey());
            onlyOne += right.getValue() && !otherRight ? 1 : 0;
            onlyOther += !right.getValue() && otherRight ? 1 : 0;
        }
        int differing = onlyOne + onlyOther;
        return differing == 0
                ? 1
                : BinomialTest.withDefaults().test(differing, onlyOne, 0.5).getPValue();
    }

    /**
     * Wilcoxon's signed-rank test on metrics of the same seeds; exact where there are no ties. With n seeds it cannot give less
     * than 2 / 2^n.
     */
    static double wilcoxon(double[] one, double[] other) {
        return Arrays.equals(one, other)
                ? 1
                : WilcoxonSignedRankTest.withDefaults().test(one, other).getPValue();
    }
}
