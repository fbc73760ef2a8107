package org.modernbert4j.tokenizer;

import java.util.Comparator;

/**
 * Two tokens side by side; ordered by the left one, then by the right one.
 *
 * @param left id of the first
 * @param right id of the second
 */
record Pair(int left, int right) implements Comparable<Pair> {
    private static final Comparator<Pair> ORDER =
            Comparator.comparingInt(Pair::left).thenComparingInt(Pair::right);

    @Override
    public int compareTo(Pair other) {
        return ORDER.compare(this, other);
    }
}
