package org.modernbert4j.report;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.metric.ClassificationReport;
import org.modernbert4j.run.RunSummary;

class ModelCardTest {
    private static final RunSummary<ClassificationMetrics> NEWS = Runs.news();

    @Test
    void aCardHasWhatTheHubReads() {
        String card = ModelCard.of(NEWS);
        ClassificationMetrics metrics =
                NEWS.best().orElseThrow().requireValidation().requireMetrics();

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
        assertTrue(card.contains(ClassificationReport.text(metrics)), card);
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
        String card = ModelCard.of(Runs.described(Map.of("model", model), NEWS.plan(), NEWS.measurements(), 2));
        assertFalse(card.contains("base_model:"), card);
        assertTrue(card.contains("a fine-tuned version of a ModernBERT encoder."), card);
    }

    @Test
    void aSettingWithoutAValueIsLeftOut() {
        RunSummary<ClassificationMetrics> run =
                Runs.described(Map.of("exclude labels", "", "sample", "1.0"), NEWS.plan(), NEWS.measurements(), 2);
        for (String report : List.of(ModelCard.of(run), HtmlReport.of(run))) {
            assertFalse(report.contains("exclude labels"), report);
            assertTrue(report.contains("sample"), report);
        }
    }

    @Test
    void labelsOfACardCannotBecomeMarkup() {
        String card = ModelCard.of(Runs.run("a|b\n# c", List.of("x|y", "<b>*_&", "```"), "full", 1));

        assertTrue(card.contains("# a\\|b \\# c\n"), card);
        assertTrue(card.contains("- x\\|y\n- \\<b\\>\\*\\_\\&\n"), card);
        assertTrue(card.contains("\n````\n"), card);
    }
}
