package org.modernbert4j.task;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.modernbert4j.Excerpt;
import org.modernbert4j.InputException;
import org.modernbert4j.Progress;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.data.Tables;
import org.modernbert4j.data.Text;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.ModernBert;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.tokenizer.HuggingFaceTokenizerFactory;
import org.modernbert4j.tokenizer.TokenizerFiles;

/**
 * Turns texts into tokens for a network, and refuses tokens that it has no embedding for.
 *
 * @param model folder of the checkpoint, for messages
 * @param tokenizer of the checkpoint
 * @param config of the checkpoint
 */
public record Tokenizing(Path model, HuggingFaceTokenizerFactory tokenizer, ModernBertConfig config) {
    private static final String SAMPLE = "Hello, world. Здравствуй, мир. 123";

    /** How messages call the place of a text. */
    @FunctionalInterface
    public interface Place {
        /** The place of the text with this row and line. */
        String of(int row, long line);

        /** Some words, such as {@code news.csv line}, before the number of the line. */
        static Place before(String words) {
            return (row, line) -> words + " " + line;
        }
    }

    /** The tokens of texts between the special tokens; {@code place} is as of {@link Place#before}. */
    public List<TokenizedText> cut(String place, List<Text> texts, int maxLength, Progress progress) {
        return cut(Place.before(place), texts, maxLength, progress);
    }

    /**
     * The tokens of texts between the special tokens.
     *
     * @param maxLength maximum tokens of a text; longer ones are cut
     * @param progress receives the number of encoded texts, from several threads
     * @return in the order of the texts
     * @throws InputException if a token is not below {@code vocab_size}, or the maximum length has no room for the special tokens
     */
    public List<TokenizedText> cut(Place place, List<Text> texts, int maxLength, Progress progress) {
        List<HuggingFaceTokenizerFactory.Cut> cuts =
                tokenizer.cutAll(texts.stream().map(Text::text).toList(), maxLength, progress);
        return IntStream.range(0, cuts.size())
                .mapToObj(i -> tokenized(place, texts.get(i), cuts.get(i)))
                .toList();
    }

    private TokenizedText tokenized(Place place, Text text, HuggingFaceTokenizerFactory.Cut cut) {
        return new TokenizedText(text.row(), text.line(), known(place, text, cut.ids()), cut.length());
    }

    /**
     * The tokens of texts without special tokens, not cut.
     *
     * @param place as of {@link Place#before}
     * @param progress receives the number of encoded texts, from several threads
     * @throws InputException if a token is not below {@code vocab_size}
     */
    int[][] bare(String place, List<Text> texts, Progress progress) {
        int[][] ids = tokenizer.encodeBare(texts.stream().map(Text::text).toList(), progress);
        for (int i = 0; i < ids.length; i++) {
            known(Place.before(place), texts.get(i), ids[i]);
        }
        return ids;
    }

    private int[] known(Place place, Text text, int[] ids) {
        int size = vocabulary();
        OptionalInt unknown = Arrays.stream(ids).filter(id -> id >= size).findFirst();
        if (unknown.isPresent()) {
            int id = unknown.getAsInt();
            throw new InputException(
                    "%s: found the token \"%s\" with id %d in \"%s\", expected ids below the vocab_size %d of %s; %s"
                            .formatted(
                                    place.of(text.row(), text.line()),
                                    tokenizer.decode(new int[] {id}),
                                    id,
                                    Excerpt.of(text.text()),
                                    size,
                                    model.resolve(ModernBertConfig.FILE),
                                    "use the tokenizer.json of these weights, or take the token out of it"));
        }
        return ids;
    }

    private int vocabulary() {
        return config.encoder().vocabularySize();
    }

    /** The token of rows that pad a text: the padding token, or 0 where there is none that the network knows. */
    public int padding() {
        return pad().orElse(0);
    }

    private OptionalInt pad() {
        return tokenizer.specialTokens().pad().stream()
                .filter(id -> id < vocabulary())
                .findFirst();
    }

    /**
     * What is odd about this tokenizer for this network, one line each.
     *
     * @param architecture of the network
     */
    public List<String> notes(Architecture architecture) {
        boolean readsFirst = architecture.headReads().contains(ModernBert.pooled(Pooling.CLS));
        boolean readsPadding = architecture.head().map(Head::needsPadding).orElse(false);
        return Stream.of(
                        beyond(),
                        nothingFound(),
                        readsFirst ? firstToken() : Optional.<String>empty(),
                        readsPadding ? noPadding() : Optional.<String>empty())
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<String> beyond() {
        int tokens = tokenizer.vocabularySize();
        return tokens <= vocabulary()
                ? Optional.empty()
                : Optional.of(("%s: the tokenizer has ids up to %d, config.json a vocab_size of %d;"
                                + " a text with a token from %d on will be refused")
                        .formatted(model, tokens - 1, vocabulary(), vocabulary()));
    }

    private Optional<String> nothingFound() {
        return isEmpty(tokenizer.encode(SAMPLE, Integer.MAX_VALUE))
                ? Optional.of("%s: tokenizer.json finds nothing but special tokens in \"%s\"".formatted(model, SAMPLE))
                : Optional.empty();
    }

    private boolean isEmpty(int[] ids) {
        Set<Integer> special = tokenizer.specialTokens().all().boxed().collect(Collectors.toSet());
        return Arrays.stream(ids).allMatch(special::contains);
    }

    private Optional<String> noPadding() {
        return pad().isPresent()
                ? Optional.empty()
                : Optional.of(
                        "%s: the tokenizer has no pad_token that the model knows, and the head reads padding: token 0 stands for it"
                                .formatted(model));
    }

    private Optional<String> firstToken() {
        OptionalInt cls = tokenizer.specialTokens().cls();
        int[] ids = tokenizer.encode(SAMPLE, Integer.MAX_VALUE);
        boolean isFirst = cls.isPresent() && ids.length > 0 && ids[0] == cls.getAsInt();
        return isFirst
                ? Optional.empty()
                : Optional.of(("%s: tokenizer.json does not put %s before a text, and the head reads the first token;"
                                + " use the head mean, or a tokenizer with a TemplateProcessing that begins with it")
                        .formatted(model, cls.isPresent() ? "the cls_token" : "a cls_token"));
    }

    /**
     * Refuses a text without any token, as a network has nothing to compute for it.
     *
     * @param place as of {@link Place#before}
     */
    public void requireTokens(String place, List<TokenizedText> texts) {
        requireTokens(Place.before(place), texts);
    }

    private void requireTokens(Place place, List<TokenizedText> texts) {
        texts.stream().filter(text -> text.ids().length == 0).findFirst().ifPresent(empty -> {
            throw new InputException(
                    "%s: found no tokens in the text, expected at least one; leave the text out, or use a %s that puts special tokens around each"
                            .formatted(place.of(empty.row(), empty.line()), model.resolve(TokenizerFiles.TOKENIZER)));
        });
    }

    /**
     * Refuses a tokenizer that found nothing in any text, and a text without any token.
     *
     * @param tables of the texts
     * @throws InputException if no text has a token that is not special, or one has none at all
     */
    public void requireContent(Tables tables, List<TokenizedText> texts) {
        if (!texts.isEmpty() && texts.stream().allMatch(text -> isEmpty(text.ids()))) {
            throw new InputException(
                    "%s: found nothing but special tokens in all %d texts, expected tokens of words; use a %s that fits these texts"
                            .formatted(tables, texts.size(), model.resolve(TokenizerFiles.TOKENIZER)));
        }
        requireTokens(tables::place, texts);
    }
}
