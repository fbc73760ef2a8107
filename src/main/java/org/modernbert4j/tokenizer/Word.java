package org.modernbert4j.tokenizer;

import java.util.Arrays;
import java.util.function.Consumer;

/** A word of the training texts, as the tokens it consists of so far. */
final class Word {
    private final long count;
    private int[] tokens;

    /**
     * Two tokens side by side.
     *
     * @param left id of the first
     * @param right id of the second
     */
    record Pair(int left, int right) {}

    /**
     * @param tokens ids of its letters
     * @param count how often it occurs
     */
    Word(int[] tokens, long count) {
        this.tokens = tokens;
        this.count = count;
    }

    /** How often it occurs in the texts. */
    long count() {
        return count;
    }

    /** Names each two neighbours, from left to right. */
    void forEachPair(Consumer<Pair> action) {
        for (int i = 0; i + 1 < tokens.length; i++) {
            action.accept(new Pair(tokens[i], tokens[i + 1]));
        }
    }

    /**
     * Puts one token in place of each occurrence of a pair, from left to right.
     *
     * @param pair what to replace
     * @param joined id of the token to put
     * @param gone told of each pair of neighbours that is no more, apart from {@code pair} itself
     * @param formed told of each pair of neighbours that came to be; it may be gone again later
     */
    void join(Pair pair, int joined, Consumer<Pair> gone, Consumer<Pair> formed) {
        int kept = 0;
        int next = 0;
        while (next < tokens.length) {
            if (!standsAt(next, pair)) {
                tokens[kept++] = tokens[next++];
                continue;
            }
            next += 2;
            if (kept > 0) {
                gone.accept(new Pair(tokens[kept - 1], pair.left()));
                formed.accept(new Pair(tokens[kept - 1], joined));
            }
            if (next < tokens.length) {
                gone.accept(new Pair(pair.right(), tokens[next]));
                formed.accept(new Pair(joined, tokens[next]));
            }
            tokens[kept++] = joined;
        }
        tokens = Arrays.copyOf(tokens, kept);
    }

    private boolean standsAt(int place, Pair pair) {
        return place + 1 < tokens.length && tokens[place] == pair.left() && tokens[place + 1] == pair.right();
    }
}
