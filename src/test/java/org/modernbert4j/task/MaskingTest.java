package org.modernbert4j.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.model.Layout;
import org.modernbert4j.ops.Batch;
import org.modernbert4j.ops.Targets;
import org.modernbert4j.task.Masking.Masked;
import org.modernbert4j.task.Task.Part;
import org.modernbert4j.task.Task.TokenizedTexts;

class MaskingTest {
    private static final int MASK = 4;
    private static final int VOCABULARY = 1_000;
    private static final Set<Integer> SPECIAL = Set.of(0, 1, 2, 3, MASK);

    private static Masking masking(double rate) {
        return new Masking(rate, MASK, VOCABULARY, SPECIAL);
    }

    /** Random tokens between 0 and 1. */
    private static List<int[]> sequences(int count, int length) {
        Random random = new Random(7);
        return Stream.generate(() -> {
                    int[] sequence = random.ints(length, 5, VOCABULARY).toArray();
                    sequence[0] = 0;
                    sequence[length - 1] = 1;
                    return sequence;
                })
                .limit(count)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.15, 0.3, 1})
    void eightInTenAreMaskedOneIsReplacedAndOneStays(double rate) {
        List<int[]> sequences = sequences(100, 1_002);
        List<Masked> masked = masking(rate).mask(sequences, 1);
        double chosen = 0;
        double hidden = 0;
        double kept = 0;
        for (int i = 0; i < sequences.size(); i++) {
            for (int j = 0; j < sequences.get(i).length; j++) {
                int before = sequences.get(i)[j];
                int after = masked.get(i).ids()[j];
                int label = masked.get(i).labels()[j];
                if (label == Masking.NOT_COUNTED) {
                    assertEquals(before, after);
                    continue;
                }
                assertEquals(before, label);
                assertFalse(SPECIAL.contains(before), "a special token is to be guessed");
                chosen++;
                hidden += after == MASK ? 1 : 0;
                kept += after == before ? 1 : 0;
            }
        }
        assertEquals(rate, chosen / 100_000, 0.006);
        assertEquals(0.8, hidden / chosen, 0.015);
        assertEquals(0.1, kept / chosen, 0.01);
    }

    @Test
    void theSeedDecidesAndTheSequencesStay() {
        List<int[]> sequences = sequences(4, 50);
        List<int[]> copies = sequences.stream().map(int[]::clone).toList();
        Masked first = masking(0.3).mask(sequences, 11).get(3);
        Masked again = masking(0.3).mask(sequences, 11).get(3);
        Masked other = masking(0.3).mask(sequences, 12).get(3);
        assertArrayEquals(first.ids(), again.ids());
        assertArrayEquals(first.labels(), again.labels());
        assertFalse(Arrays.equals(first.labels(), other.labels()));
        for (int i = 0; i < copies.size(); i++) {
            assertArrayEquals(copies.get(i), sequences.get(i));
        }
    }

    @Test
    void somethingIsAlwaysToBeGuessed() {
        List<Masked> masked = masking(1e-9).mask(sequences(2, 5), 1);
        assertEquals(
                1,
                masked.stream()
                        .flatMapToInt(one -> Arrays.stream(one.labels()))
                        .filter(label -> label >= 0)
                        .count());
    }

    @Test
    void stepsHaveMasksOfTheirOwnAndMeasurementsTheSameOnes() {
        List<TokenizedText> texts =
                sequences(2, 100).stream().map(ids -> new TokenizedText(0, ids)).toList();
        MaskedTokensTask task =
                new MaskedTokensTask(null, 100, new TokenizedTexts(texts, texts, List.of()), masking(0.3), 42);
        Layout layout = Layout.packed();
        assertFalse(Arrays.equals(
                task.parts(layout, List.of(0, 1), 1, 0).get(0).batch().selected(),
                task.parts(layout, List.of(0, 1), 1, 1).get(0).batch().selected()));
        assertArrayEquals(
                task.validationBatch(layout, 0, 2).selected(),
                task.validationBatch(layout, 0, 2).selected());
    }

    @Test
    void partsWithoutAnythingToGuessAreLeftOut() {
        List<TokenizedText> texts = Stream.of(new int[] {0, 9, 1}, new int[] {0, 1})
                .map(ids -> new TokenizedText(0, ids))
                .toList();
        MaskedTokensTask task =
                new MaskedTokensTask(null, 3, new TokenizedTexts(texts, texts, List.of()), masking(1), 42);
        List<Part> parts = task.parts(Layout.packed(), List.of(1, 0), 2, 0);
        assertEquals(1, parts.size());
        assertEquals(List.of(0), parts.get(0).texts());
    }

    @Test
    void paddingIsNotToBeGuessed() {
        List<Masked> masked = masking(1).mask(List.of(new int[] {0, 9, 1}, new int[] {0, 7, 8, 1}), 1);
        Batch batch = MaskedTokensTask.lay(Layout.padded(6, 2), masked);
        assertArrayEquals(new int[] {1, 7, 8}, batch.selected());
        assertArrayEquals(new int[] {9, 7, 8}, ((Targets.Classes) batch.targets()).labels());
        assertEquals(3, batch.targets().count());
    }
}
