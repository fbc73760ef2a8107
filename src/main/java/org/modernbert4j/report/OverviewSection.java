package org.modernbert4j.report;

import java.util.ArrayList;
import java.util.List;
import org.modernbert4j.report.Markup.Element;

/** The head of a page: what came out, what was asked for, where it ran, and what to know besides. */
final class OverviewSection {
    private OverviewSection() {}

    static Element of(RunSummary run) {
        List<Element> parts = new ArrayList<>();
        parts.add(Markup.element("h1", run.title()));
        parts.add(results(run));
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
                        Table.ofPairs("Settings", run.settings()),
                        Table.ofPairs("Environment", run.environment()))
                .with("class", "columns"));
        return Markup.element("header", parts);
    }

    private static Element results(RunSummary run) {
        EpochResult best = run.best();
        return Markup.element(
                        "dl",
                        result(
                                "Validation accuracy",
                                Numbers.measure(best.validation().accuracy())),
                        result(
                                "Weighted F1",
                                Numbers.measure(best.validation().weighted().f1())),
                        result(
                                "Macro F1",
                                Numbers.measure(best.validation().macro().f1())),
                        result("Validation loss", Numbers.measure(best.validationLoss())),
                        result(
                                "Best epoch",
                                best.epoch() + " of " + run.epochs().size()),
                        result("Time", Numbers.duration(run.seconds())))
                .with("class", "results");
    }

    private static Element result(String name, String value) {
        return Markup.element("div", Markup.element("dt", name), Markup.element("dd", value));
    }
}
