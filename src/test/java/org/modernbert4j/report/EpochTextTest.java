package org.modernbert4j.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.report.card.ModelCard;
import org.modernbert4j.report.chart.PlanSvg;
import org.modernbert4j.report.page.HtmlReport;
import org.modernbert4j.run.RunSummary;

class EpochTextTest {
    private static final RunSummary<ClassificationMetrics> NEWS = Runs.news();

    @Test
    void anEpochIsASmallTable() {
        String text = EpochText.of(NEWS.measurements().get(1), NEWS.plan());

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
    void noReportDependsOnTheLocale(String tag) {
        List<String> before = everything();
        Locale locale = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag(tag));
            assertEquals(before, everything());
        } finally {
            Locale.setDefault(locale);
        }
    }

    private static List<String> everything() {
        return List.of(
                HtmlReport.of(NEWS),
                ModelCard.of(NEWS),
                PlanSvg.of(NEWS.plan()),
                EpochText.of(NEWS.last(), NEWS.plan()));
    }
}
