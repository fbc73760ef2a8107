package org.modernbert4j.cost;

import java.util.Arrays;

/**
 * The sizes of the texts that a network reads in an epoch.
 *
 * @param train rows of each training text, padding included
 * @param validation rows of each validation text
 * @param batchSize texts of an optimizer step
 */
public record Workload(int[] train, int[] validation, int batchSize) {
    /** Texts of one length, a fifth of them for validation. */
    public static Workload uniform(int texts, int rows, int batchSize) {
        int[] validation = new int[(texts + 4) / 5];
        int[] train = new int[texts - validation.length];
        Arrays.fill(validation, rows);
        Arrays.fill(train, rows);
        return new Workload(train, validation, batchSize);
    }

    /** The same texts, each filled up with padding. */
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

    /** Rows of all texts together. */
    public long rows() {
        return Arrays.stream(train).asLongStream().sum()
                + Arrays.stream(validation).asLongStream().sum();
    }

    /** Rows of the largest batch: texts of like length come together. */
    public long largestBatch() {
        return Arrays.stream(train)
                .boxed()
                .sorted((one, other) -> other - one)
                .limit(batchSize)
                .mapToLong(Integer::longValue)
                .sum();
    }
}
