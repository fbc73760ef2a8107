package org.modernbert4j.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.report.Runs;
import org.modernbert4j.run.RunSummary;
import org.modernbert4j.task.Measurement.Outcome;
import org.modernbert4j.task.Measurement.Totals;

class ClassificationFormatTest {
    private static final RunSummary<ClassificationMetrics> NEWS = Runs.news();
    private static final ClassificationFormat FORMAT = new ClassificationFormat(Runs.TOPICS);

    @Test
    void anEpochIsASmallTable() {
        String text = FORMAT.text(NEWS.measurements().get(1), NEWS.plan());

        List<String> lines = text.lines().toList();
        assertEquals("epoch 2 of 3: 110,343,185 of 149,027,345 parameters (74.04 %): layers 0-21, head", lines.get(0));
        assertEquals(
                1, lines.subList(1, 4).stream().map(String::length).distinct().count(), text);
        assertTrue(lines.get(3).startsWith("validation     0.7253     0.8078"), text);
        assertTrue(lines.get(4).endsWith("trained in 6 min 13 s, validated in 38.1 s"), text);
        assertTrue(text.endsWith("\n"), text);
    }

    @Test
    void theSummaryIsTheReportOfTheBestEpoch() {
        String summary = FORMAT.summary(NEWS.measurements()).orElseThrow();
        assertTrue(summary.contains("best epoch: 3 of 3"), summary);
        assertTrue(summary.contains("weighted avg"), summary);
        assertTrue(FORMAT.summary(List.of()).isEmpty());
    }

    @Test
    void aRowHasACellForEachColumn() {
        Measurement<ClassificationMetrics> measured = NEWS.measurements().get(0);
        Measurement<ClassificationMetrics> lossOnly = new Measurement<>(
                7, 1, 5, 1e-3, new Totals(1, 1, 0), new Outcome<>(0.5, Optional.empty(), 1), Optional.empty());
        assertEquals(14, FORMAT.columns().size());
        assertEquals("validation_f1", FORMAT.columns().get(12));
        assertEquals(
                measured.requireValidation().requireMetrics().weighted().f1(),
                FORMAT.row(measured).get(12));
        assertEquals(List.of(1, 7, 5L, 0.5, "", "", "", "", "", "", "", "", "", 0), FORMAT.row(lossOnly));
    }
}
