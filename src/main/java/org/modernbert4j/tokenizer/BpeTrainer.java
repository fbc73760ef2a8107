package org.modernbert4j.tokenizer;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.modernbert4j.InputException;
import org.modernbert4j.Progress;

/**
 * Learns a byte-level BPE vocabulary from texts, as ModernBERT's own was learned.
 *
 * <p>Ids 0 to 4 are {@code [CLS]}, {@code [SEP]}, {@code [PAD]}, {@code [UNK]} and {@code [MASK]}, the next 256 the
 * bytes, the rest what was learned. The result depends on the texts alone, not on their order; it equals that of
 * Hugging Face's trainer.
 */
public final class BpeTrainer {
    /** English endings, then letters, digits or signs with a space before them, then white space. */
    private static final Pattern WORD = Pattern.compile(
            "'(?:s|t|re|ve|m|ll|d)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
            Pattern.UNICODE_CHARACTER_CLASS);

    /** The special tokens and the 256 bytes. */
    public static final int LEAST_TOKENS = 5 + 256;

    private BpeTrainer() {}

    /**
     * Learns a vocabulary and writes tokenizer.json, tokenizer_config.json and special_tokens_map.json, which {@link
     * HuggingFaceTokenizerFactory} and transformers read.
     *
     * @param texts what to learn from, read once
     * @param vocabularySize how many tokens, at least 261; texts in which nothing is left to join give fewer
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
        MergeLearner learner = new MergeLearner(tokens, counts(texts));
        learner.learn(vocabularySize, progress);
        TokenizerWriter.write(learner.tokens(), learner.merges(), folder);
    }

    /** How often each word occurs in the texts, which are split as GPT-2 splits them. */
    private static Map<String, Long> counts(Iterable<String> texts) {
        Map<String, Long> counts = new HashMap<>();
        texts.forEach(text -> WORD.matcher(text).results().forEach(word -> counts.merge(word.group(), 1L, Long::sum)));
        return counts;
    }
}
