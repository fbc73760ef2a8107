package org.modernbert4j.report.page;

import java.util.ArrayList;
import java.util.List;
import org.modernbert4j.Numbers;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.report.markup.Markup;
import org.modernbert4j.report.markup.Markup.Element;
import org.modernbert4j.report.markup.Table;
import org.modernbert4j.run.RunSummary;
import org.modernbert4j.task.Measurement;
import org.modernbert4j.task.Outcome;

/** The head of a page: results, settings, environment and notes. */
final class OverviewSection {
    private OverviewSection() {}

    static Element of(RunSummary<ClassificationMetrics> run, Measurement<ClassificationMetrics> best) {
        List<Element> parts = new ArrayList<>();
        parts.add(Markup.element("h1", run.title()));
        parts.add(results(run, best));
        if (!run.notes().isEmpty()) {
            parts.add(Markup.element(
                            "ul",
                            run.notes().stream()
                                    .map(note -> Markup.element("li", note))
                                    .toList())
                    .with("class", "notes"));
        }
        parts.add(Markup.element(
                        "div",
                        Table.ofPairs("Settings", run.run().settings()),
                        Table.ofPairs("Environment", run.run().environment()))
                .with("class", "columns"));
        return Markup.element("header", parts);
    }

    private static Element results(RunSummary<ClassificationMetrics> run, Measurement<ClassificationMetrics> best) {
        Outcome<ClassificationMetrics> outcome = best.requireValidation();
        ClassificationMetrics metrics = outcome.requireMetrics();
        return Markup.element(
                        "dl",
                        result("Validation accuracy", Numbers.metric(metrics.accuracy())),
                        result("Weighted F1", Numbers.metric(metrics.weighted().f1())),
                        result("Macro F1", Numbers.metric(metrics.macro().f1())),
                        result("Validation loss", Numbers.metric(outcome.loss())),
                        result("Best epoch", best.epoch() + " of " + run.last().epoch()),
                        result("Time", Numbers.duration(run.totalSeconds())))
                .with("class", "results");
    }

    private static Element result(String name, String value) {
        return Markup.element("div", Markup.element("dt", name), Markup.element("dd", value));
    }
}
