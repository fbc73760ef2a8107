package org.modernbert4j.tokenizer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.deeplearning4j.text.tokenization.tokenizer.TokenPreProcess;
import org.deeplearning4j.text.tokenization.tokenizer.Tokenizer;
import org.deeplearning4j.text.tokenization.tokenizerfactory.TokenizerFactory;
import org.modernbert4j.InputException;
import org.modernbert4j.Progress;
import org.modernbert4j.SettingException;
import org.modernbert4j.json.JsonFields;

/**
 * A checkpoint's own tokenizer: ids for a model, pieces of text for a reader or for DL4J.
 *
 * <p>The ids are those of transformers' fast tokenizer on the same files, without padding. A half of a surrogate pair
 * that stands alone, which is no character, counts as U+FFFD. All methods but {@link #close()} may be called from
 * several threads at once. Every method but those that tell the files' contents throws {@link IllegalStateException}
 * after it.
 */
public final class HuggingFaceTokenizerFactory implements TokenizerFactory, AutoCloseable {
    private static final int REPLACEMENT = 0xFFFD;

    private final Splitter tokenizer;
    private final TokenizerFolder folder;
    private final int specialCount;
    private volatile TokenPreProcess preProcessor;

    private HuggingFaceTokenizerFactory(Splitter tokenizer, TokenizerFolder folder) {
        this.tokenizer = tokenizer;
        this.folder = folder;
        this.specialCount =
                (int) Arrays.stream(tokenizer.encode("", true).special()).sum();
    }

    /**
     * Opens the tokenizer of a checkpoint; the network is never asked.
     *
     * @param folder holds tokenizer.json; may hold tokenizer_config.json, special_tokens_map.json, added_tokens.json and
     *     config.json, which tell further tokens and what they are for
     * @throws InputException if tokenizer.json is missing, a file is corrupt, or the native library cannot be loaded
     */
    public static HuggingFaceTokenizerFactory open(Path folder) {
        JsonFields json = TokenizerFolder.tokenizer(folder);
        TokenizerFolder contents = TokenizerFolder.read(folder, json);
        Splitter tokenizer = Splitter.open(TokenizerFolder.tokenizerFile(folder), json, contents.vocabulary());
        try {
            return new HuggingFaceTokenizerFactory(tokenizer, contents);
        } catch (RuntimeException | Error e) {
            tokenizer.close();
            throw e;
        }
    }

    /**
     * Ids of a text between the special tokens that tokenizer.json puts around it.
     *
     * @param text any text, may be empty
     * @param maxLength tokens at most, the special ones included; what is over is cut off at the text's end, or at its
     *     beginning where {@code truncation_side} of tokenizer_config.json or {@code direction} of tokenizer.json is left.
     *     The length that the model was made for does not limit it.
     * @throws InputException if {@code maxLength} has no room for the special tokens
     */
    public int[] encode(String text, int maxLength) {
        return cut(text, maxLength).ids();
    }

    /**
     * What is left of a text that is cut.
     *
     * @param ids as {@link #encode} gives them
     * @param length how many there were before, the special ones included
     */
    public record Cut(int[] ids, int length) {}

    private Cut cut(String text, int maxLength) {
        requireRoom(maxLength);
        Splitter.Tokens tokens = tokenizer.encode(wellFormed(text), true);
        int[] ids = toInts(tokens.ids());
        int over = ids.length - maxLength;
        if (over <= 0) {
            return new Cut(ids, ids.length);
        }
        int cut = folder.settings().cutsLeft()
                ? openingSpecials(tokens.special())
                : ids.length - closingSpecials(tokens.special()) - over;
        int[] kept = Arrays.copyOf(ids, maxLength);
        System.arraycopy(ids, cut + over, kept, cut, maxLength - cut);
        return new Cut(kept, ids.length);
    }

    /**
     * Many texts, encoded and cut on all processors; the same as {@link #encode} gives for each.
     *
     * @param texts any texts
     * @param maxLength tokens of a text at most, the special ones included
     * @param progress told of each text that is done, from several threads
     * @return in the order of the texts
     * @throws InputException if {@code maxLength} has no room for the special tokens
     */
    public List<Cut> cutAll(List<String> texts, int maxLength, Progress progress) {
        requireRoom(maxLength);
        return each(texts, text -> cut(text, maxLength), progress);
    }

    /**
     * Ids of many texts without the special tokens around them, not cut, found on all processors.
     *
     * @param texts any texts
     * @param progress told of each text that is done, from several threads
     * @return the ids of each text, in the order of the texts; none for an empty text
     */
    public int[][] encodeBare(List<String> texts, Progress progress) {
        return each(texts, text -> toInts(bareIds(text)), progress).toArray(int[][]::new);
    }

    private long[] bareIds(String text) {
        return tokenizer.encode(wellFormed(text), false).ids();
    }

    private static <T> List<T> each(List<String> texts, Function<String, T> encoding, Progress progress) {
        AtomicLong done = new AtomicLong();
        return texts.parallelStream()
                .map(text -> {
                    T encoded = encoding.apply(text);
                    progress.report(done.incrementAndGet(), texts.size());
                    return encoded;
                })
                .toList();
    }

    /**
     * Text of the ids, special tokens included in their spelling: {@code [CLS]a text[SEP]}.
     *
     * @param ids token ids; one that does not exist gives no text
     */
    public String decode(int[] ids) {
        return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray());
    }

    /** How many special tokens tokenizer.json puts around a text. */
    public int specialCount() {
        return specialCount;
    }

    /** Ids of the tokens that stand for no text. */
    public SpecialTokens specialTokens() {
        return folder.specialTokens();
    }

    /** One more than the largest id; the model's embedding may have more rows, never fewer. */
    public int vocabularySize() {
        return folder.vocabulary().size();
    }

    /** The longest text that the model was made for, in tokens, if tokenizer_config.json tells one. */
    public OptionalInt modelMaxLength() {
        return folder.settings().modelMaxLength();
    }

    /**
     * Pieces of a text as a reader understands them: every token is decoded alone, so that a space before a word stays
     * with the word ({@code "Hello world"} may give {@code "Hello"} and {@code " world"}). No special tokens are added
     * and nothing is cut. A token that holds a part of a character, as of a rare emoji, shows as U+FFFD.
     *
     * @param text any text
     */
    @Override
    public Tokenizer create(String text) {
        Tokenizer pieces = new PieceTokenizer(Arrays.stream(bareIds(text))
                .mapToObj(id -> tokenizer.decode(new long[] {id}))
                .toList());
        pieces.setTokenPreProcessor(preProcessor);
        return pieces;
    }

    /**
     * Pieces of a text as {@link #create(String)} gives them.
     *
     * @param utf8 text in UTF-8, read to its end and not closed
     * @throws UncheckedIOException if it cannot be read
     */
    @Override
    public Tokenizer create(InputStream utf8) {
        try {
            return create(new String(utf8.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Sets what is done to the pieces of the tokenizers created from now on; ids are not touched.
     *
     * @param preProcessor applied to each piece, or null for nothing
     */
    @Override
    public void setTokenPreProcessor(TokenPreProcess preProcessor) {
        this.preProcessor = preProcessor;
    }

    /** What is done to the pieces, null for nothing. */
    @Override
    public TokenPreProcess getTokenPreProcessor() {
        return preProcessor;
    }

    /** Frees the native memory; harmless when done twice, but not while another thread is encoding. */
    @Override
    public void close() {
        tokenizer.close();
    }

    private void requireRoom(int maxLength) {
        if (maxLength < specialCount) {
            throw new SettingException("max length " + maxLength + " has no room for the " + specialCount
                    + " special tokens of this tokenizer; set at least " + specialCount);
        }
    }

    /** Special tokens that the tokenizer put before the text. */
    private static int openingSpecials(long[] specialMask) {
        int opening = 0;
        while (opening < specialMask.length && specialMask[opening] == 1) {
            opening++;
        }
        return opening;
    }

    /** Special tokens that the tokenizer put after the text; one that the text itself spells out is not marked. */
    private static int closingSpecials(long[] specialMask) {
        int closing = 0;
        while (closing < specialMask.length && specialMask[specialMask.length - 1 - closing] == 1) {
            closing++;
        }
        return closing;
    }

    /** The native library garbles every character beyond U+FFFF of a text in which half of one stands alone. */
    private static String wellFormed(String text) {
        return text.codePoints().noneMatch(HuggingFaceTokenizerFactory::isHalf)
                ? text
                : text.codePoints()
                        .map(point -> isHalf(point) ? REPLACEMENT : point)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
    }

    private static boolean isHalf(int codePoint) {
        return Character.getType(codePoint) == Character.SURROGATE;
    }

    private static int[] toInts(long[] ids) {
        return Arrays.stream(ids)
                .mapToInt(id -> (int) Math.min(id, Integer.MAX_VALUE)) // no vocabulary has that many
                .toArray();
    }
}
