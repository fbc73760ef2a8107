package org.modernbert4j.task;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.modernbert4j.FileHash;
import org.modernbert4j.InputException;
import org.modernbert4j.Progress;
import org.modernbert4j.data.TextFile;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.tokenizer.HuggingFaceTokenizerFactory;

/**
 * All texts as sequences of tokens.
 *
 * @param train sequences to learn from
 * @param validation sequences to measure on, drawn at random; may be empty
 * @param sources where they come from; their tokens are counted without special ones
 */
record Corpus(List<TokenizedText> train, List<TokenizedText> validation, List<Source> sources) {
    /**
     * Reads, encodes and packs all texts.
     *
     * @param files in an order that counts
     * @param column of the texts in tables
     * @param packing how they become sequences
     * @param validation share of the sequences
     * @param seed of the draw
     * @throws InputException if a file cannot be used, or there is too little text
     */
    static Corpus read(
            List<Path> files,
            String column,
            HuggingFaceTokenizerFactory tokenizer,
            Packing packing,
            double validation,
            long seed,
            Progress progress) {
        List<int[]> encoded = new ArrayList<>();
        List<Source> sources = new ArrayList<>();
        for (Path path : files) {
            TextFile file = TextFile.read(path, column);
            int[][] ids = tokenizer.encodeBare(file.texts(), progress);
            long tokens = Arrays.stream(ids).mapToLong(text -> text.length).sum();
            sources.add(new Source(path, ids.length, tokens, FileHash.sha256(path)));
            encoded.addAll(Arrays.asList(ids));
        }
        List<int[]> sequences = packing.pack(encoded);
        List<int[]> shuffled = new ArrayList<>(sequences);
        Collections.shuffle(shuffled, new Random(seed));
        int held = (int) Math.ceil(validation * shuffled.size());
        if (held == shuffled.size()) {
            throw new InputException(files + ": " + held + " sequences of up to " + packing.length()
                    + " tokens, none is left to train on; add texts, or use a smaller --validation or --length");
        }
        return new Corpus(
                numbered(shuffled.subList(held, shuffled.size())), numbered(shuffled.subList(0, held)), sources);
    }

    private static List<TokenizedText> numbered(List<int[]> sequences) {
        return IntStream.range(0, sequences.size())
                .mapToObj(i -> new TokenizedText(i, sequences.get(i)))
                .toList();
    }
}
