package org.modernbert4j.data;

import java.util.List;
import java.util.Locale;

/** How the texts of an epoch come into batches. */
public enum BatchOrder {
    /** At random, as torch's {@code DataLoader(shuffle=True)} draws them. */
    RANDOM,
    /** Texts of like length together, batches at random; so did runs of older versions, which go on in this way. */
    LIKE_LENGTH;

    /** Its name in {@code run.json}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The batches of an epoch. The same seed and epoch give the same batches.
     *
     * @param texts all texts
     * @param size texts a batch; one may have fewer
     * @param seed of the run
     * @param epoch from 0
     * @return every index once
     */
    public List<List<Integer>> batches(List<TokenizedText> texts, int size, long seed, int epoch) {
        return this == RANDOM
                ? Batching.random(texts.size(), size, seed, epoch)
                : Batching.shuffled(texts, size, seed, epoch);
    }
}
