package org.modernbert4j.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextReportsTest {
    private static final RunSummary NEWS = Runs.news();

    @Test
    void anEpochIsASmallTable() {
        String text = EpochText.of(NEWS.epochs().get(1), NEWS.plan());

        List<String> lines = text.lines().toList();
        assertEquals("epoch 2 of 3: 110,343,185 of 149,027,345 parameters (74.04 %): layers 0-21, head", lines.get(0));
        assertEquals(
                1, lines.subList(1, 4).stream().map(String::length).distinct().count(), text);
        assertTrue(lines.get(3).startsWith("validation     0.7253     0.8078"), text);
        assertTrue(lines.get(4).endsWith("trained in 6 min 13 s, validated in 38.1 s"), text);
        assertTrue(text.endsWith("\n"), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"de-DE", "ru-RU", "ar-EG"})
    void nothingDependsOnTheLocale(String tag) {
        List<String> before = everything();
        Locale locale = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag(tag));
            assertEquals(before, everything());
        } finally {
            Locale.setDefault(locale);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.0 s",
        "12.34, 12.3 s",
        "59.4, 59.4 s",
        "59.6, 1 min 00 s",
        "245, 4 min 05 s",
        "3599.7, 1 h 00 min",
        "3840, 1 h 04 min"
    })
    void tellsTimesInTheUnitThatFits(double seconds, String text) {
        assertEquals(text, Numbers.duration(seconds));
    }

    @ParameterizedTest
    @CsvSource({"0, 0.00 %", "0.00001, < 0.01 %", "0.0001, 0.01 %", "0.74042, 74.04 %", "1, 100.00 %"})
    void tellsSharesSoThatLittleIsNotNothing(double share, String text) {
        assertEquals(text, Numbers.percent(share));
    }

    @Test
    void aCardHasWhatTheHubReads() {
        String card = ModelCard.of(NEWS);

        assertTrue(
                card.startsWith(
                        """
                        ---
                        library_name: modernbert4j
                        base_model: deepvk/RuModernBERT-base
                        pipeline_tag: text-classification
                        """),
                card);
        assertTrue(card.contains("| Training Loss | Epoch | Step | Validation Loss |"), card);
        assertTrue(card.contains("| 0.4375 | 3.0 | 6750 | 0.6055 |"), card);
        assertTrue(card.contains("- seed: 42\n"), card);
        assertTrue(card.contains("- 69-я параллель\n"), card);
        assertTrue(card.contains("java -jar modernbert4j.jar predict --model DIR \"...\""), card);
        assertTrue(card.contains(ClassificationReport.text(NEWS.best().validation())), card);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/home/me/model",
                "weights/small",
                "deepvk/RuModernBERT-base",
                "../model",
                "model",
                "a/b/c",
                "a/b\nlicense: mit"
            })
    void aCardNamesNoBaseModelThatTheHubLacks(String model) {
        RunSummary run =
                new RunSummary("t", Map.of("model", model), Map.of(), NEWS.plan(), NEWS.epochs(), 3, List.of());

        String card = ModelCard.of(run);

        assertFalse(card.contains("base_model:"), card);
        assertTrue(card.contains("a fine-tuned version of a ModernBERT encoder."), card);
    }

    @Test
    void labelsOfACardCannotBecomeMarkup() {
        String card = ModelCard.of(Runs.run("a|b\n# c", List.of("x|y", "<b>*_&", "```"), "full", 1));

        assertTrue(card.contains("# a\\|b \\# c\n"), card);
        assertTrue(card.contains("- x\\|y\n- \\<b\\>\\*\\_\\&\n"), card);
        assertTrue(card.contains("\n````\n"), card);
    }

    @Test
    void aRunHasItsBestEpochAndAPlanForEach() {
        assertThrows(IllegalArgumentException.class, () -> with(List.of(), 1));
        assertThrows(IllegalArgumentException.class, () -> with(NEWS.epochs(), 4));
        List<EpochResult> four = Runs.run("t", Runs.TOPICS, "full", 4).epochs();
        assertThrows(IllegalArgumentException.class, () -> with(four, 1));
        assertEquals(1, with(NEWS.epochs().subList(0, 2), 1).best().epoch());
    }

    private static RunSummary with(List<EpochResult> epochs, int best) {
        return new RunSummary("t", Map.of(), Map.of(), NEWS.plan(), epochs, best, List.of());
    }

    private static List<String> everything() {
        return List.of(
                HtmlReport.of(NEWS),
                ModelCard.of(NEWS),
                MetricsCsv.of(NEWS.epochs()),
                PredictionsCsv.of(List.of(new Prediction(1234567, "a", "b", 0.5))),
                EpochText.of(NEWS.best(), NEWS.plan()));
    }
}
