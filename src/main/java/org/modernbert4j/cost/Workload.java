package org.modernbert4j.cost;

import java.util.Arrays;

/**
 * The sizes of the texts that a network reads in an epoch.
 *
 * @param train rows of each training text, padding included
 * @param validation rows of each validation text
 * @param batchSize texts per optimizer step
 */
public record Workload(int[] train, int[] validation, int batchSize) {
    /** Texts of equal length; a fifth of them is for validation. */
    public static Workload uniform(int texts, int rows, int batchSize) {
        int[] validation = new int[(texts + 4) / 5];
        int[] train = new int[texts - validation.length];
        Arrays.fill(validation, rows);
        Arrays.fill(train, rows);
        return new Workload(train, validation, batchSize);
    }

    /** The same texts, each padded to this many rows. */
    public Workload paddedTo(int rows) {
        int[] paddedTrain = train.clone();
        int[] paddedValidation = validation.clone();
        Arrays.fill(paddedTrain, rows);
        Arrays.fill(paddedValidation, rows);
        return new Workload(paddedTrain, paddedValidation, batchSize);
    }

    /** How many texts there are. */
    public int texts() {
        return train.length + validation.length;
    }

    /** Number of rows of all texts. */
    public long rows() {
        return Arrays.stream(train).asLongStream().sum()
                + Arrays.stream(validation).asLongStream().sum();
    }

    /** Number of rows of the largest batch, if it consists of the longest texts. */
    public long largestBatch() {
        int[] sorted = train.clone();
        Arrays.sort(sorted);
        return Arrays.stream(sorted, Math.max(0, sorted.length - batchSize), sorted.length)
                .asLongStream()
                .sum();
    }
}
