package org.modernbert4j.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackingTest {
    private static final int CLS = 0;
    private static final int SEP = 1;

    /** Of lengths from 0 up, with ids that tell each token from every other. */
    private static List<int[]> texts(int count, int longest) {
        Random random = new Random(5);
        List<int[]> texts = new ArrayList<>();
        int next = 2;
        for (int i = 0; i < count; i++) {
            int length = random.nextInt(longest + 1);
            texts.add(IntStream.range(next, next + length).toArray());
            next += length;
        }
        return texts;
    }

    private static void assertSequences(List<int[]> sequences, int[]... expected) {
        assertEquals(
                Arrays.stream(expected).map(Arrays::toString).toList(),
                sequences.stream().map(Arrays::toString).toList());
    }

    @Test
    void fillsSequencesWithWholeTexts() {
        List<int[]> texts = List.of(new int[] {2, 3}, new int[] {4}, new int[] {}, new int[] {5, 6, 7}, new int[] {8});
        assertSequences(
                new Packing(CLS, SEP, 6).pack(texts),
                new int[] {CLS, 2, 3, SEP, 4, SEP},
                new int[] {CLS, 5, 6, 7, SEP},
                new int[] {CLS, 8, SEP});
    }

    @Test
    void cutsATextThatIsTooLongAndPutsItsEndWithTheNext() {
        List<int[]> texts = List.of(new int[] {2}, new int[] {3, 4, 5, 6, 7, 8, 9}, new int[] {10});
        assertSequences(
                new Packing(CLS, SEP, 5).pack(texts),
                new int[] {CLS, 2, SEP},
                new int[] {CLS, 3, 4, 5, SEP},
                new int[] {CLS, 6, 7, 8, SEP},
                new int[] {CLS, 9, SEP, 10, SEP});
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 16, 128, 100_000})
    void losesNothingAndGivesNothingTwice(int length) {
        List<int[]> texts = texts(200, 60);
        List<int[]> sequences = new Packing(CLS, SEP, length).pack(texts);
        assertArrayEquals(
                texts.stream().flatMapToInt(Arrays::stream).toArray(),
                sequences.stream()
                        .flatMapToInt(Arrays::stream)
                        .filter(id -> id > SEP)
                        .toArray());
        for (int[] sequence : sequences) {
            assertTrue(sequence.length <= length);
            assertEquals(CLS, sequence[0]);
            assertEquals(SEP, sequence[sequence.length - 1]);
            assertEquals(1, Arrays.stream(sequence).filter(id -> id == CLS).count());
        }
    }

    @Test
    void noTextsGiveNoSequence() {
        assertEquals(0, new Packing(CLS, SEP, 8).pack(List.of(new int[0])).size());
    }
}
