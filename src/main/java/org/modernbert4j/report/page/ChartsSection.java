package org.modernbert4j.report.page;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.report.chart.LineChart;
import org.modernbert4j.report.chart.LineChart.Metric;
import org.modernbert4j.report.chart.LineChart.Value;
import org.modernbert4j.report.markup.Markup;
import org.modernbert4j.report.markup.Markup.Element;
import org.modernbert4j.run.RunSummary;
import org.modernbert4j.task.Outcome;

/** How the run went from epoch to epoch, in pictures. */
final class ChartsSection {
    private static final Metric LOSS = new Metric("loss", "Loss", Double.POSITIVE_INFINITY);
    private static final Metric ACCURACY = new Metric("accuracy", "Accuracy", 1);
    private static final Metric F1 = new Metric("f1", "Weighted F1", 1);

    private ChartsSection() {}

    static Element of(RunSummary<ClassificationMetrics> run) {
        return Markup.element(
                "section",
                Markup.element("h2", "Progress"),
                Markup.element(
                                "div",
                                chart(run, LOSS, Outcome::loss),
                                chart(run, ACCURACY, outcome -> outcome.requireMetrics()
                                        .accuracy()),
                                chart(run, F1, outcome -> outcome.requireMetrics()
                                        .weighted()
                                        .f1()))
                        .with("class", "figures"),
                Markup.element(
                        "p",
                        "Below each chart: the share of the parameters that trains. Train metrics are taken while the"
                                + " network still changes, validation metrics after the epoch."));
    }

    private static Element chart(
            RunSummary<ClassificationMetrics> run,
            Metric metric,
            ToDoubleFunction<Outcome<ClassificationMetrics>> value) {
        List<Value> values = run.measurements().stream()
                .map(measurement -> new Value(
                        measurement.epoch(),
                        value.applyAsDouble(measurement.training()),
                        value.applyAsDouble(measurement.requireValidation())))
                .toList();
        return figure(metric.title(), LineChart.of(metric, values, run.phases()));
    }

    /** A drawing under its caption, in the grid that the style sheet lays out. */
    static Element figure(String caption, Element drawing) {
        return Markup.element("figure", Markup.element("figcaption", caption), drawing);
    }
}
