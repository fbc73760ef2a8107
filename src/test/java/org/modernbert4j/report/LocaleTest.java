package org.modernbert4j.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.run.RunSummary;
import org.modernbert4j.task.ClassificationFormat;

class LocaleTest {
    private static final RunSummary<ClassificationMetrics> NEWS = Runs.news();

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
                CoverageMap.ofPlan(NEWS.plan()),
                new ClassificationFormat(Runs.TOPICS).text(NEWS.last(), NEWS.plan()));
    }
}
