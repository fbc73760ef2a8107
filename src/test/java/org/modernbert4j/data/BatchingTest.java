package org.modernbert4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchingTest {
    /** Texts of random lengths. */
    private static List<TokenizedText> texts(int count) {
        Random random = new Random(count);
        return IntStream.range(0, count)
                .mapToObj(i -> new TokenizedText(i, new int[1 + random.nextInt(200)]))
                .toList();
    }

    @ParameterizedTest(name = "{0} texts in batches of {1}")
    @CsvSource({"1, 16", "16, 16", "17, 16", "1000, 16", "1000, 7", "5, 1"})
    void everyTextComesOnceInBatchesOfTheSize(int count, int size) {
        for (List<List<Integer>> batches : List.of(
                Batching.shuffled(texts(count), size, 42, 0),
                Batching.random(count, size, 42, 0),
                Batching.sorted(texts(count), size))) {
            assertEquals(
                    IntStream.range(0, count).boxed().toList(),
                    batches.stream().flatMap(List::stream).sorted().toList());
            assertTrue(batches.stream().allMatch(batch -> batch.size() <= size));
            assertEquals((count + size - 1) / size, batches.size());
        }
    }

    @Test
    void theOrderFollowsFromSeedAndEpoch() {
        List<TokenizedText> texts = texts(300);
        List<List<Integer>> batches = Batching.shuffled(texts, 16, 42, 3);
        assertEquals(batches, Batching.shuffled(texts, 16, 42, 3));
        assertNotEquals(batches, Batching.shuffled(texts, 16, 42, 4));
        assertNotEquals(batches, Batching.shuffled(texts, 16, 43, 3));
    }

    @Test
    void randomBatchesFollowFromSeedAndEpoch() {
        List<List<Integer>> batches = Batching.random(300, 16, 42, 3);
        assertEquals(batches, Batching.random(300, 16, 42, 3));
        assertNotEquals(batches, Batching.random(300, 16, 42, 4));
        assertNotEquals(batches, Batching.random(300, 16, 43, 3));
    }

    @Test
    void likeLengthsComeTogetherAndInNoOrder() {
        List<TokenizedText> texts = texts(1024);
        List<List<Integer>> batches = Batching.shuffled(texts, 16, 42, 0);
        double spread = batches.stream()
                .mapToInt(batch -> lengths(texts, batch).max().orElseThrow()
                        - lengths(texts, batch).min().orElseThrow())
                .average()
                .orElseThrow();
        assertTrue(spread < 40, "the lengths of a batch differ by " + spread + " of 200");
        List<Integer> shortest = batches.stream()
                .map(batch -> lengths(texts, batch).min().orElseThrow())
                .toList();
        assertNotEquals(shortest.stream().sorted().toList(), shortest);
    }

    @Test
    void sortedBatchesBeginWithTheShortest() {
        List<TokenizedText> texts = texts(100);
        int[] lengths = Batching.sorted(texts, 16).stream()
                .flatMapToInt(batch -> lengths(texts, batch))
                .toArray();
        assertTrue(IntStream.range(1, lengths.length).allMatch(i -> lengths[i - 1] <= lengths[i]));
    }

    private static IntStream lengths(List<TokenizedText> texts, List<Integer> batch) {
        return batch.stream().mapToInt(i -> texts.get(i).ids().length);
    }
}
