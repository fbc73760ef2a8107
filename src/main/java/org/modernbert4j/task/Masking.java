package org.modernbert4j.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Hides the tokens to predict, like DataCollatorForLanguageModeling of transformers: each token that is not special is chosen with
 * the same probability. Of the chosen tokens, 80 % become the mask token, 10 % become a random token, and 10 % stay.
 *
 * @param rate share of the tokens to choose
 * @param maskId the mask token
 * @param vocabularySize random tokens are drawn from {@code [0, vocabularySize)}
 * @param special tokens that are never chosen
 */
record Masking(double rate, int maskId, int vocabularySize, Set<Integer> special) {
    /** The label of a token that is not to be predicted. */
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
     * @param ids the input of the network
     * @param labels for each token to predict, the original token; for others, {@link #NOT_COUNTED}
     */
    record Masked(int[] ids, int[] labels) {}

    /**
     * Hides tokens in the sequences of a batch: at least one, if any token can be hidden.
     *
     * @param sequences of ids; they do not change
     * @param seed the same seed hides the same tokens
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

    /** Hides the first possible token. In small batches chance may hide none, and then there would be no loss. */
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
