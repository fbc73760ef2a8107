package org.modernbert4j.report;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.modernbert4j.report.Markup.Element;

/** The measures and times of each epoch. */
final class EpochsSection {
    private static final List<String> MEASURES = List.of("loss", "accuracy", "precision", "recall", "F1");

    private EpochsSection() {}

    static Element of(RunSummary run) {
        List<Element> rows = run.epochs().stream()
                .map(result -> row(result, result.epoch() == run.bestEpoch()))
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
                Table.groupHeader("train", MEASURES.size()),
                Table.groupHeader("validation", MEASURES.size()),
                Table.groupHeader("time", 2));
        Stream<Element> numbers = Stream.of(
                        List.of("step", "trainable"), MEASURES, MEASURES, List.of("train", "validation"))
                .flatMap(List::stream)
                .map(Table::numberHeader);
        return List.of(
                groups,
                Table.row(Stream.concat(Stream.of(Table.columnHeader("epoch")), numbers)
                        .toList()));
    }

    private static Element row(EpochResult result, boolean best) {
        Stream<Element> counts = Stream.of(
                Table.rowHeader(Integer.toString(result.epoch())),
                Table.number(Numbers.count(result.step())),
                Table.number(Numbers.count(result.trainable())));
        Stream<Element> times = Stream.of(
                Table.number(Numbers.duration(result.trainSeconds())),
                Table.number(Numbers.duration(result.validationSeconds())));
        Element row = Table.row(Stream.of(
                        counts,
                        measures(result.trainLoss(), result.train()),
                        measures(result.validationLoss(), result.validation()),
                        times)
                .flatMap(cells -> cells)
                .toList());
        return best ? row.with("class", "best") : row;
    }

    private static Stream<Element> measures(double loss, ClassificationMetrics metrics) {
        AverageMetrics weighted = metrics.weighted();
        return DoubleStream.of(loss, metrics.accuracy(), weighted.precision(), weighted.recall(), weighted.f1())
                .mapToObj(value -> Table.number(Numbers.measure(value)));
    }
}
