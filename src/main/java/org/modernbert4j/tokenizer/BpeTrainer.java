package org.modernbert4j.tokenizer;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.modernbert4j.InputException;
import org.modernbert4j.Progress;

/**
 * Learns a byte-level BPE vocabulary from texts, as ModernBERT's own was learned.
 *
 * <p>Ids 0 to 4 are {@code [CLS]}, {@code [SEP]}, {@code [PAD]}, {@code [UNK]} and {@code [MASK]}, the next 256 the
 * bytes, the rest what was learned. The result depends on the texts alone, not on their order, and is the one that
 * Hugging Face's trainer gives.
 */
public final class BpeTrainer {
    private BpeTrainer() {}

    /**
     * Learns a vocabulary and writes tokenizer.json, tokenizer_config.json and special_tokens_map.json, which {@link
     * HuggingFaceTokenizerFactory} and transformers read.
     *
     * @param texts what to learn from, gone through once
     * @param vocabularySize tokens wanted, at least 261; texts in which nothing is left to join give fewer
     * @param folder where to write; created if absent, files of these names are replaced
     * @param progress told of each token learned
     * @throws InputException if {@code vocabularySize} has no room for the special tokens and the bytes, or the folder
     *     cannot be written to
     */
    public static void train(Iterable<String> texts, int vocabularySize, Path folder, Progress progress) {
        List<String> tokens = Stream.concat(
                        Stream.of(SpecialRole.values()).map(SpecialRole::usualName), ByteAlphabet.sorted().stream())
                .toList();
        if (vocabularySize < tokens.size()) {
            throw new InputException("vocabularySize: " + vocabularySize
                    + " has no room for the special tokens and the 256 bytes; set at least " + tokens.size());
        }
        MergeLearner learner = new MergeLearner(tokens, words(texts, tokens));
        learner.learn(vocabularySize, progress);
        TokenizerWriter.write(learner.tokens(), learner.merges(), folder);
    }

    private static List<Word> words(Iterable<String> texts, List<String> tokens) {
        Map<String, Integer> ids = new HashMap<>();
        tokens.forEach(token -> ids.put(token, ids.size()));
        List<Word> words = new ArrayList<>();
        WordCounts.of(texts).forEach((spelling, count) -> {
            byte[] bytes = spelling.getBytes(StandardCharsets.UTF_8);
            int[] letters = new int[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                letters[i] = ids.get(ByteAlphabet.letter(bytes[i]));
            }
            words.add(new Word(letters, count));
        });
        return words;
    }
}
