package org.modernbert4j.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.modernbert4j.Numbers;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.report.LineChart.Metric;
import org.modernbert4j.report.LineChart.Value;
import org.modernbert4j.run.RunSummary;
import org.modernbert4j.task.ClassificationFormat;
import org.modernbert4j.task.Measurement;
import org.modernbert4j.task.Measurement.Outcome;

/** How the run went from epoch to epoch: charts, and a table. */
final class EpochsSection {
    private static final List<String> METRICS = List.of("loss", "accuracy", "precision", "recall", "F1");
    private static final Metric LOSS = new Metric("loss", "Loss", Double.POSITIVE_INFINITY);
    private static final Metric ACCURACY = new Metric("accuracy", "Accuracy", 1);
    private static final Metric F1 = new Metric("f1", "Weighted F1", 1);

    private EpochsSection() {}

    /** A table with the metrics and times of each epoch. */
    static Element of(RunSummary<ClassificationMetrics> run, Measurement<ClassificationMetrics> best) {
        List<Element> rows = run.measurements().stream()
                .map(measurement -> row(measurement, measurement.step() == best.step()))
                .toList();
        String caption = "Precision, recall and F1 are weighted by support; the best epoch is marked.";
        return Element.of("section", Element.of("h2", "Epochs"), Table.of(caption, head(), rows))
                .withClass("epochs");
    }

    private static List<Element> head() {
        Element groups = Table.row(
                Element.of("td").with("colspan", "3"),
                Table.groupHeader("train", METRICS.size()),
                Table.groupHeader("validation", METRICS.size()),
                Table.groupHeader("time", 2));
        List<String> numbers = new ArrayList<>(List.of("step", "trainable"));
        numbers.addAll(METRICS);
        numbers.addAll(METRICS);
        numbers.addAll(List.of("train", "validation"));
        List<Element> cells = new ArrayList<>(List.of(Table.columnHeader("epoch")));
        numbers.forEach(name -> cells.add(Table.numberHeader(name)));
        return List.of(groups, Element.of("tr", cells));
    }

    private static Element row(Measurement<ClassificationMetrics> measurement, boolean best) {
        List<String> numbers =
                new ArrayList<>(List.of(Numbers.count(measurement.step()), Numbers.count(measurement.trainable())));
        Outcome<ClassificationMetrics> validation = measurement.requireValidation();
        numbers.addAll(ClassificationFormat.cells(measurement.training()));
        numbers.addAll(ClassificationFormat.cells(validation));
        numbers.add(Numbers.duration(measurement.training().seconds()));
        numbers.add(Numbers.duration(validation.seconds()));
        List<Element> cells = new ArrayList<>(List.of(Table.rowHeader(Integer.toString(measurement.epoch()))));
        numbers.forEach(number -> cells.add(Table.number(number)));
        Element row = Element.of("tr", cells);
        return best ? row.withClass("best") : row;
    }

    /** How the run went from epoch to epoch, in pictures. */
    static Element charts(RunSummary<ClassificationMetrics> run) {
        return Element.of(
                "section",
                Element.of("h2", "Progress"),
                Element.of(
                                "div",
                                chart(run, LOSS, Outcome::loss),
                                chart(run, ACCURACY, outcome -> outcome.requireMetrics()
                                        .accuracy()),
                                chart(run, F1, outcome -> outcome.requireMetrics()
                                        .weighted()
                                        .f1()))
                        .withClass("figures"),
                Element.of(
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
        return Element.of("figure", Element.of("figcaption", caption), drawing);
    }
}
