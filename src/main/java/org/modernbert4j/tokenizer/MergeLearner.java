package org.modernbert4j.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.IntStream;
import org.modernbert4j.Progress;
import org.modernbert4j.tokenizer.Word.Pair;

/**
 * Joins the pair of neighbouring tokens that occurs most often into a new token, again and again; among equals the pair
 * with the smaller ids.
 *
 * <p>Counts in the queue go stale as words change: a candidate whose count has fallen goes back with its present one,
 * and new occurrences of a pair come in as a candidate of their own.
 */
final class MergeLearner {
    private final List<String> tokens;
    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<Pair, Long> pairCounts = new HashMap<>();
    private final PriorityQueue<Candidate> candidates = new PriorityQueue<>(Comparator.comparingLong(Candidate::count)
            .reversed()
            .thenComparingInt(candidate -> candidate.pair().left())
            .thenComparingInt(candidate -> candidate.pair().right()));
    private final Set<Pair> merges = new LinkedHashSet<>();

    /**
     * A pair that may be joined.
     *
     * @param count occurrences when it was queued
     * @param words where it was seen since it was last joined; some may have lost it
     */
    private record Candidate(Pair pair, long count, List<Word> words) {}

    /**
     * @param tokens what words consist of at first, the letters of {@link ByteAlphabet} among them; a token's id is its place
     * @param wordCounts how often each word occurs in the texts
     */
    MergeLearner(List<String> tokens, Map<String, Long> wordCounts) {
        this.tokens = new ArrayList<>(tokens);
        tokens.forEach(token -> ids.put(token, ids.size()));
        Map<Pair, List<Word>> seen = new HashMap<>();
        wordCounts.forEach((spelling, count) -> {
            Word word = new Word(letters(spelling), count);
            word.forEachPair(pair -> add(pair, word, seen));
        });
        queue(seen);
    }

    private int[] letters(String word) {
        byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
        return IntStream.range(0, bytes.length)
                .map(i -> ids.get(ByteAlphabet.letter(bytes[i])))
                .toArray();
    }

    /**
     * Makes new tokens until there are enough, or no word has two tokens left.
     *
     * @param vocabularySize how many tokens are enough
     * @param progress told of each token made
     */
    void learn(int vocabularySize, Progress progress) {
        int atFirst = tokens.size();
        while (tokens.size() < vocabularySize && !candidates.isEmpty()) {
            Candidate best = candidates.remove();
            long count = pairCounts.get(best.pair());
            if (count == best.count()) {
                join(best);
                progress.report((long) tokens.size() - atFirst, (long) vocabularySize - atFirst);
            } else if (count > 0) {
                candidates.add(new Candidate(best.pair(), count, best.words()));
            }
        }
    }

    /** Every token; its id is its place. */
    List<String> tokens() {
        return Collections.unmodifiableList(tokens);
    }

    /** The pairs joined, in the order in which a text is to be joined. */
    Set<Pair> merges() {
        return Collections.unmodifiableSet(merges);
    }

    private void join(Candidate best) {
        Pair pair = best.pair();
        int joined = id(tokens.get(pair.left()) + tokens.get(pair.right()));
        // two ways to spell one token can bring a pair back after its turn: the later turn counts
        merges.remove(pair);
        merges.add(pair);
        Map<Pair, List<Word>> seen = new HashMap<>();
        for (Word word : best.words()) {
            word.join(
                    pair,
                    joined,
                    gone -> pairCounts.merge(gone, -word.count(), Long::sum),
                    formed -> add(formed, word, seen));
        }
        queue(seen);
    }

    private int id(String token) {
        return ids.computeIfAbsent(token, made -> {
            tokens.add(made);
            return tokens.size() - 1;
        });
    }

    private void add(Pair pair, Word word, Map<Pair, List<Word>> seen) {
        pairCounts.merge(pair, word.count(), Long::sum);
        List<Word> words = seen.computeIfAbsent(pair, first -> new ArrayList<>());
        if (words.isEmpty() || words.get(words.size() - 1) != word) {
            words.add(word);
        }
    }

    private void queue(Map<Pair, List<Word>> seen) {
        seen.forEach((pair, words) -> {
            long count = pairCounts.get(pair);
            if (count > 0) {
                candidates.add(new Candidate(pair, count, words));
            }
        });
    }
}
