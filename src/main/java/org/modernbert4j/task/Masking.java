package org.modernbert4j.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Hides tokens that are to be guessed, as DataCollatorForLanguageModeling of transformers does: each token but the special ones is
 * chosen with one probability; of the chosen eight in ten become the mask, one in ten becomes any token, and one in ten stays.
 *
 * @param rate share of the tokens that is chosen
 * @param maskId the token that hides another
 * @param vocabularySize tokens that a random one is drawn from
 * @param special tokens that are never chosen
 */
record Masking(double rate, int maskId, int vocabularySize, Set<Integer> special) {
    /** The label of a token that is not to be guessed. */
    static final int NOT_COUNTED = -1;

    private static final double MASKED = 0.8;
    private static final double REPLACED = 0.9;

    /** Copies the set. */
    Masking {
        special = Set.copyOf(special);
    }

    /**
     * A sequence with hidden tokens.
     *
     * @param ids what the network sees
     * @param labels the token that was there where it is to be guessed, else {@link #NOT_COUNTED}
     */
    record Masked(int[] ids, int[] labels) {}

    /**
     * Hides tokens of the sequences of a batch; at least one where any can be hidden.
     *
     * @param sequences of ids, which are not changed
     * @param seed the same one hides the same tokens
     */
    List<Masked> mask(List<int[]> sequences, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Masked> all = new ArrayList<>();
        boolean any = false;
        for (int[] sequence : sequences) {
            Masked masked = new Masked(sequence.clone(), new int[sequence.length]);
            Arrays.fill(masked.labels, NOT_COUNTED);
            for (int i = 0; i < sequence.length; i++) {
                if (!special.contains(sequence[i]) && random.nextDouble() < rate) {
                    hide(masked, i, random);
                    any = true;
                }
            }
            all.add(masked);
        }
        if (!any) {
            hideOne(all, random);
        }
        return all;
    }

    private void hide(Masked masked, int place, SplittableRandom random) {
        masked.labels[place] = masked.ids[place];
        double kind = random.nextDouble();
        if (kind < MASKED) {
            masked.ids[place] = maskId;
        } else if (kind < REPLACED) {
            masked.ids[place] = random.nextInt(vocabularySize);
        }
    }

    /** Few tokens may all have been spared: a batch without anything to guess has no loss. */
    private void hideOne(List<Masked> all, SplittableRandom random) {
        for (Masked masked : all) {
            for (int i = 0; i < masked.ids.length; i++) {
                if (!special.contains(masked.ids[i])) {
                    hide(masked, i, random);
                    return;
                }
            }
        }
    }
}
