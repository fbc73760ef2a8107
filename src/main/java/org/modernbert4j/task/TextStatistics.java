package org.modernbert4j.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.modernbert4j.Numbers;
import org.modernbert4j.data.Text;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.tokenizer.HuggingFaceTokenizerFactory;

/**
 * How long texts are in tokens, what cutting them loses, and how finely their tokenizer splits them.
 *
 * @param lengths tokens of each text before it is cut, special ones included, in ascending order
 * @param maxLength tokens that a text is cut to
 * @param writing words and letters of the texts
 * @param inner tokens of all texts before they are cut, without the special ones around them
 * @param unknown share of the tokens that stand for what the tokenizer cannot spell
 */
public record TextStatistics(int[] lengths, int maxLength, Writing writing, long inner, double unknown) {
    /**
     * Tokens of a word above which a tokenizer seems not to know the language. The bundled one needs 1.8 to 2.3 for Russian, 2.8 for
     * Ukrainian, 3.9 for English and 15 for Armenian.
     */
    static final double MANY_OF_A_WORD = 3.5;

    /** The same for a character of a script without spaces between words; bytes alone are 3. */
    static final double MANY_OF_A_CHARACTER = 1.7;

    private static final double MANY_UNKNOWN = 0.05;
    private static final double NINE_TENTHS = 0.9;

    /** Keeps its own copy. */
    public TextStatistics {
        lengths = lengths.clone();
    }

    /**
     * Words between spaces, and letters.
     *
     * @param words with at least one letter or digit of a script that puts spaces between words
     * @param letters letters and digits of these words
     * @param dense letters of scripts that put none
     */
    record Writing(long words, long letters, long dense) {
        private static final Set<Character.UnicodeScript> DENSE = EnumSet.of(
                Character.UnicodeScript.HAN,
                Character.UnicodeScript.HIRAGANA,
                Character.UnicodeScript.KATAKANA,
                Character.UnicodeScript.THAI,
                Character.UnicodeScript.LAO,
                Character.UnicodeScript.KHMER,
                Character.UnicodeScript.MYANMAR,
                Character.UnicodeScript.TIBETAN);

        /** Counts those of some texts. */
        static Writing of(List<Text> texts) {
            return texts.parallelStream()
                    .map(text -> of(text.text()))
                    .reduce(
                            new Writing(0, 0, 0),
                            (a, b) -> new Writing(a.words + b.words, a.letters + b.letters, a.dense + b.dense));
        }

        private static Writing of(String text) {
            long words = 0;
            long letters = 0;
            long dense = 0;
            boolean inWord = false;
            for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
                int point = text.codePointAt(i);
                if (Character.isWhitespace(point)) {
                    inWord = false;
                } else if (Character.isLetterOrDigit(point)) {
                    if (DENSE.contains(Character.UnicodeScript.of(point))) {
                        dense++;
                    } else {
                        letters++;
                        words += inWord ? 0 : 1;
                        inWord = true;
                    }
                }
            }
            return new Writing(words, letters, dense);
        }

        /** Whether most letters are of scripts without spaces. */
        boolean isDense() {
            return dense > letters;
        }
    }

    /**
     * The statistics of texts.
     *
     * @param texts at least one
     * @param tokens of each of them
     * @param tokenizer that made them
     */
    static TextStatistics of(
            List<Text> texts, List<TokenizedText> tokens, int maxLength, HuggingFaceTokenizerFactory tokenizer) {
        int[] lengths = tokens.stream().mapToInt(TokenizedText::length).sorted().toArray();
        long inner = Arrays.stream(lengths)
                .mapToLong(length -> Math.max(0, length - tokenizer.specialCount()))
                .sum();
        OptionalInt unk = tokenizer.specialTokens().unk();
        long unknown = unk.isEmpty()
                ? 0
                : tokens.stream()
                        .mapToLong(text -> count(text.ids(), unk.getAsInt()))
                        .sum();
        long kept = TokenizedText.tokens(tokens.stream());
        return new TextStatistics(lengths, maxLength, Writing.of(texts), inner, (double) unknown / Math.max(1, kept));
    }

    private static long count(int[] ids, int wanted) {
        return Arrays.stream(ids).filter(id -> id == wanted).count();
    }

    /** The length that a share of the texts does not exceed. */
    int length(double share) {
        return lengths[Math.max(0, (int) Math.ceil(share * lengths.length) - 1)];
    }

    /** How many texts are cut. */
    long cut() {
        return Arrays.stream(lengths).filter(length -> length > maxLength).count();
    }

    /** Share of all tokens that cutting loses. */
    double lost() {
        long all = Arrays.stream(lengths).asLongStream().sum();
        long lost = Arrays.stream(lengths)
                .mapToLong(length -> Math.max(0, length - maxLength))
                .sum();
        return (double) lost / Math.max(1, all);
    }

    /** Tokens of a word; of texts in scripts without spaces, tokens of a character. */
    double fineness() {
        long parts = writing.isDense() ? writing.dense() + writing.letters() : writing.words() + writing.dense();
        return (double) inner / Math.max(1, parts);
    }

    private String part() {
        return writing.isDense() ? "character" : "word";
    }

    /** What a reader should know, a line each. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("tokens of a text: %s to %s, median %s, 90 %% have at most %s; %s tokens a %s"
                .formatted(
                        Numbers.count(lengths[0]),
                        Numbers.count(lengths[lengths.length - 1]),
                        Numbers.count(length(1 / 2.0)),
                        Numbers.count(length(NINE_TENTHS)),
                        Numbers.fixed(fineness(), 1),
                        part()));
        lines.add(
                cut() == 0
                        ? "no text is cut: none has more than %d tokens".formatted(maxLength)
                        : "cut to %d tokens: %s of %s texts, which loses %s of all tokens"
                                .formatted(
                                        maxLength,
                                        Numbers.count(cut()),
                                        Numbers.count(lengths.length),
                                        Numbers.percent(lost())));
        return lines;
    }

    /** What is odd, a line each. */
    public List<String> notes() {
        List<String> notes = new ArrayList<>();
        double many = writing.isDense() ? MANY_OF_A_CHARACTER : MANY_OF_A_WORD;
        if (fineness() > many) {
            notes.add(
                    "the tokenizer makes %s tokens of a %s, where one that knows the language makes fewer than %s: the model has hardly seen it; use one for this language, or a multilingual one"
                            .formatted(Numbers.fixed(fineness(), 1), part(), Numbers.fixed(many, 1)));
        }
        if (unknown > MANY_UNKNOWN) {
            notes.add(
                    "the tokenizer cannot spell %s of the tokens: the model does not know these characters; use one for this language, or a multilingual one"
                            .formatted(Numbers.percent(unknown)));
        }
        return notes;
    }
}
