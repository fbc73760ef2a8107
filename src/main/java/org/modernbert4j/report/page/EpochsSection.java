package org.modernbert4j.report.page;

import java.util.List;
import java.util.stream.Stream;
import org.modernbert4j.Numbers;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.report.markup.Markup;
import org.modernbert4j.report.markup.Markup.Element;
import org.modernbert4j.report.markup.Table;
import org.modernbert4j.run.RunSummary;
import org.modernbert4j.task.Measurement;
import org.modernbert4j.task.Outcome;

/** The metrics and times of each epoch. */
final class EpochsSection {
    private static final List<String> METRICS = List.of("loss", "accuracy", "precision", "recall", "F1");

    private EpochsSection() {}

    static Element of(RunSummary<ClassificationMetrics> run, Measurement<ClassificationMetrics> best) {
        List<Element> rows = run.measurements().stream()
                .map(measurement -> row(measurement, measurement.step() == best.step()))
                .toList();
        return Markup.element(
                        "section",
                        Markup.element("h2", "Epochs"),
                        Table.of(
                                "Precision, recall and F1 are weighted by support; the best epoch is marked.",
                                head(),
                                rows))
                .with("class", "epochs");
    }

    private static List<Element> head() {
        Element groups = Table.row(
                Markup.element("td").with("colspan", "3"),
                Table.groupHeader("train", METRICS.size()),
                Table.groupHeader("validation", METRICS.size()),
                Table.groupHeader("time", 2));
        Stream<Element> numbers = Stream.of(
                        List.of("step", "trainable"), METRICS, METRICS, List.of("train", "validation"))
                .flatMap(List::stream)
                .map(Table::numberHeader);
        return List.of(groups, Table.row(Stream.of(Stream.of(Table.columnHeader("epoch")), numbers)));
    }

    private static Element row(Measurement<ClassificationMetrics> measurement, boolean best) {
        Stream<Element> counts = Stream.of(
                Table.rowHeader(Integer.toString(measurement.epoch())),
                Table.number(Numbers.count(measurement.step())),
                Table.number(Numbers.count(measurement.trainable())));
        Stream<Element> times = Stream.of(
                Table.number(Numbers.duration(measurement.training().seconds())),
                Table.number(Numbers.duration(measurement.requireValidation().seconds())));
        Element row = Table.row(
                Stream.of(counts, metrics(measurement.training()), metrics(measurement.requireValidation()), times));
        return best ? row.with("class", "best") : row;
    }

    private static Stream<Element> metrics(Outcome<ClassificationMetrics> outcome) {
        return Stream.concat(Stream.of(outcome.loss()), outcome.requireMetrics().headline().stream())
                .map(value -> Table.number(Numbers.metric(value)));
    }
}
