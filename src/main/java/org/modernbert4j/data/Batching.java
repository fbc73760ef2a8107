package org.modernbert4j.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Which texts go into which batch, as indexes. */
public final class Batching {
    /** Batches that are cut from one sorted run of the shuffled texts. */
    private static final int BATCHES_A_BUCKET = 16;

    private Batching() {}

    /**
     * Batches of texts of like length in random order: the texts are shuffled, sorted by length within runs of a few
     * batches, cut, and the batches shuffled. The same seed and epoch give the same batches.
     *
     * @param texts all texts
     * @param size texts a batch; the last cut has what is left
     * @param seed of the run
     * @param epoch from 0
     * @return every index once
     */
    public static List<List<Integer>> shuffled(List<TokenizedText> texts, int size, long seed, int epoch) {
        Random random = random(seed, epoch);
        List<Integer> order = indexes(texts.size());
        Collections.shuffle(order, random);
        List<List<Integer>> batches = new ArrayList<>();
        for (List<Integer> bucket : cut(order, Math.min(size, texts.size()) * BATCHES_A_BUCKET)) {
            batches.addAll(cut(byLength(bucket, texts), size));
        }
        Collections.shuffle(batches, random);
        return batches;
    }

    /**
     * Batches in random order, whatever the lengths. The same seed and epoch give the same batches.
     *
     * @param texts how many there are
     * @param size texts a batch; the last has what is left
     * @param seed of the run
     * @param epoch from 0
     * @return every index once
     */
    public static List<List<Integer>> random(int texts, int size, long seed, int epoch) {
        List<Integer> order = indexes(texts);
        Collections.shuffle(order, random(seed, epoch));
        return cut(order, size);
    }

    private static Random random(long seed, int epoch) {
        return new Random(seed * 1_000_003 + epoch);
    }

    /**
     * Batches of texts of like length, shortest first.
     *
     * @param texts all texts
     * @param size texts a batch; the last has what is left
     * @return every index once
     */
    public static List<List<Integer>> sorted(List<TokenizedText> texts, int size) {
        return cut(byLength(indexes(texts.size()), texts), size);
    }

    private static List<Integer> indexes(int texts) {
        return new ArrayList<>(IntStream.range(0, texts).boxed().toList());
    }

    private static List<Integer> byLength(List<Integer> indexes, List<TokenizedText> texts) {
        return indexes.stream()
                .sorted(Comparator.comparingInt(i -> texts.get(i).ids().length))
                .toList();
    }

    private static List<List<Integer>> cut(List<Integer> order, int size) {
        List<List<Integer>> parts = new ArrayList<>();
        for (int from = 0; from < order.size(); from += Math.min(size, order.size())) {
            parts.add(List.copyOf(order.subList(from, from + Math.min(size, order.size() - from))));
        }
        return parts;
    }
}
