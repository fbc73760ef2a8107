package org.modernbert4j.metric;

import java.util.Arrays;

/** How many texts of each class were predicted to be of each class. */
public final class ConfusionMatrix {
    private final long[][] counts;

    private ConfusionMatrix(long[][] counts) {
        this.counts = counts;
    }

    /**
     * Counts predictions.
     *
     * @param truth class of each text, counted from 0
     * @param predicted class predicted for each text
     * @param classes how many classes there are
     * @throws IllegalArgumentException if the two differ in length or a class does not exist
     */
    public static ConfusionMatrix of(int[] truth, int[] predicted, int classes) {
        if (truth.length != predicted.length) {
            throw new IllegalArgumentException(truth.length + " classes and " + predicted.length + " predictions");
        }
        long[][] counts = new long[classes][classes];
        for (int i = 0; i < truth.length; i++) {
            counts[requireClass(truth[i], classes)][requireClass(predicted[i], classes)]++;
        }
        return new ConfusionMatrix(counts);
    }

    /**
     * Takes counts over.
     *
     * @param counts by true class, then by predicted class; square
     * @throws IllegalArgumentException if it is not square
     */
    public static ConfusionMatrix of(long[][] counts) {
        long[][] copy = new long[counts.length][];
        for (int i = 0; i < counts.length; i++) {
            if (counts[i].length != counts.length) {
                throw new IllegalArgumentException(counts.length + " classes and a row of " + counts[i].length);
            }
            copy[i] = counts[i].clone();
        }
        return new ConfusionMatrix(copy);
    }

    /**
     * The counts of two sets of texts together.
     *
     * @param other of the same classes
     */
    public ConfusionMatrix plus(ConfusionMatrix other) {
        ConfusionMatrix sum = of(counts);
        for (int truth = 0; truth < counts.length; truth++) {
            for (int predicted = 0; predicted < counts.length; predicted++) {
                sum.counts[truth][predicted] += other.counts[truth][predicted];
            }
        }
        return sum;
    }

    /** How many classes there are. */
    public int classes() {
        return counts.length;
    }

    /** Texts of class {@code truth} predicted to be of class {@code predicted}. */
    public long count(int truth, int predicted) {
        return counts[truth][predicted];
    }

    /** Texts predicted right. */
    public long right() {
        long right = 0;
        for (int i = 0; i < counts.length; i++) {
            right += counts[i][i];
        }
        return right;
    }

    /** Texts of a class. */
    public long truths(int truth) {
        return Arrays.stream(counts[truth]).sum();
    }

    /** Texts predicted to be of a class. */
    public long predictions(int predicted) {
        return Arrays.stream(counts).mapToLong(row -> row[predicted]).sum();
    }

    /** Texts in all. */
    public long total() {
        return Arrays.stream(counts).flatMapToLong(Arrays::stream).sum();
    }

    /** A copy, one row for each true class and one column for each predicted class. */
    public long[][] toArray() {
        return Arrays.stream(counts).map(long[]::clone).toArray(long[][]::new);
    }

    private static int requireClass(int id, int classes) {
        if (id < 0 || id >= classes) {
            throw new IllegalArgumentException("class " + id + " of " + classes);
        }
        return id;
    }
}
