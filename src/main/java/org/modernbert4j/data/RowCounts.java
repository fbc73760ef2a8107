package org.modernbert4j.data;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.modernbert4j.Numbers;

/**
 * What became of the rows of some files.
 *
 * @param files their names
 * @param rows all
 * @param withoutLabel left out, as they have no label
 * @param withoutText left out, as they have a label and no text
 * @param excluded left out, as their label is excluded
 * @param unused beyond the sample or the limit
 */
public record RowCounts(String files, int rows, int withoutLabel, int withoutText, int excluded, int unused) {
    /** Rows that are left out for some reason, those beyond the sample or the limit too. */
    public int leftOut() {
        return withoutLabel + withoutText + excluded + unused;
    }

    /** A line such as {@code news.csv: 100 rows, of which 5 are left out: 2 without a label, 3 with an excluded label}. */
    @Override
    public String toString() {
        List<String> reasons = Stream.of(
                        reason(withoutLabel, "without a label"),
                        reason(withoutText, "without a text"),
                        reason(excluded, "with an excluded label"),
                        reason(unused, "beyond the sample or the limit"))
                .flatMap(List::stream)
                .toList();
        String left = reasons.isEmpty()
                ? ", none left out"
                : ", of which %s left out: ".formatted(leftOut() == 1 ? "1 is" : Numbers.count(leftOut()) + " are")
                        + reasons.stream().collect(Collectors.joining(", "));
        return files + ": " + (rows == 1 ? "1 row" : Numbers.count(rows) + " rows") + left;
    }

    private static List<String> reason(int count, String why) {
        return count == 0 ? List.of() : List.of(Numbers.count(count) + " " + why);
    }
}
