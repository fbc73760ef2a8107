package org.modernbert4j.report;

import java.util.List;
import org.modernbert4j.report.LineChart.Measure;
import org.modernbert4j.report.Markup.Element;

/** How the run went from epoch to epoch, in pictures. */
final class ChartsSection {
    private static final List<Measure> MEASURES = List.of(
            new Measure("loss", "Loss", Double.POSITIVE_INFINITY, EpochResult::trainLoss, EpochResult::validationLoss),
            new Measure("accuracy", "Accuracy", 1, result -> result.train().accuracy(), result -> result.validation()
                    .accuracy()),
            new Measure(
                    "f1", "Weighted F1", 1, result -> result.train().weighted().f1(), result -> result.validation()
                            .weighted()
                            .f1()));

    private ChartsSection() {}

    static Element of(RunSummary run) {
        return Markup.element(
                "section",
                Markup.element("h2", "Progress"),
                Markup.element(
                                "div",
                                MEASURES.stream()
                                        .map(measure -> figure(measure.title(), LineChart.of(run, measure)))
                                        .toList())
                        .with("class", "figures"),
                Markup.element(
                        "p",
                        "Below each chart: the share of the parameters that trains. Train measures are taken while the"
                                + " network still changes, validation measures after the epoch."));
    }

    /** A drawing under its caption, in the grid that the style sheet lays out. */
    static Element figure(String caption, Element drawing) {
        return Markup.element("figure", Markup.element("figcaption", caption), drawing);
    }
}
