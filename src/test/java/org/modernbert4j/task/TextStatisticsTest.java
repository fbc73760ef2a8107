package org.modernbert4j.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.modernbert4j.Progress;
import org.modernbert4j.data.Text;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.tokenizer.HuggingFaceTokenizerFactory;

class TextStatisticsTest {
    private static final Path MODEL = Path.of("weights", "modernbert-mini-ru");

    private static TextStatistics of(int maxLength, String... texts) {
        List<Text> numbered = IntStream.range(0, texts.length)
                .mapToObj(i -> new Text(i, texts[i]))
                .toList();
        try (HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(MODEL)) {
            Tokenizing tokenizing = new Tokenizing(MODEL, tokenizer, ModernBertConfig.read(MODEL));
            return TextStatistics.of(
                    numbered, tokenizing.cut("text", numbered, maxLength, Progress.NONE), maxLength, tokenizer);
        }
    }

    /** Lengths are those before cutting, with the two special tokens. */
    @Test
    void saysWhatCuttingLoses() {
        TextStatistics found = new TextStatistics(
                IntStream.rangeClosed(1, 10).map(i -> 10 * i).toArray(),
                50,
                new TextStatistics.Writing(265, 0, 0),
                530,
                0);
        assertEquals(
                List.of(
                        "tokens of a text: 10 to 100, median 50, 90 % have at most 90; 2.0 tokens a word",
                        "cut to 50 tokens: 5 of 10 texts, which loses 27.27 % of all tokens"),
                found.lines());
        TextStatistics cut = of(8, "да", "слово ".repeat(50));
        TextStatistics whole = of(1000, "да", "слово ".repeat(50));
        assertEquals(List.of(3, 54), List.of(whole.lengths()[0], whole.lengths()[1]));
        assertEquals(List.of(3, 54), List.of(cut.lengths()[0], cut.lengths()[1]));
        assertEquals(46.0 / 57, cut.lost());
        assertEquals(
                "no text is cut: none has more than 1000 tokens", whole.lines().get(1));
    }

    @Test
    void tellsALanguageThatTheTokenizerDoesNotKnow() {
        TextStatistics russian = of(100, "Сборная выиграла матч со счётом три один", "Учёные нашли воду на планете");
        assertEquals(List.of(), russian.notes());
        TextStatistics armenian = of(100, "Երևանը մայրաքաղաքն է և ամենամեծ քաղաքը");
        assertTrue(
                armenian.notes().get(0).contains("tokens of a word"),
                armenian.notes().toString());
        TextStatistics japanese = of(100, "猫は窓の外を見ている鳥が好きだ");
        assertTrue(japanese.fineness() < 4, "counted by characters: " + japanese.fineness());
        assertTrue(
                japanese.notes().get(0).contains("tokens of a character"),
                japanese.notes().toString());
    }
}
