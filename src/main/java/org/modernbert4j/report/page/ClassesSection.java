package org.modernbert4j.report.page;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.modernbert4j.Numbers;
import org.modernbert4j.metric.ClassMetrics;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.metric.ClassificationReport;
import org.modernbert4j.metric.ConfusionMatrix;
import org.modernbert4j.report.markup.Markup;
import org.modernbert4j.report.markup.Markup.Element;
import org.modernbert4j.report.markup.Table;
import org.modernbert4j.task.Measurement;

/** How well each class is told from the others in the best epoch, and scikit-learn's report of the same. */
final class ClassesSection {
    private ClassesSection() {}

    static Element of(Measurement<ClassificationMetrics> best) {
        ClassificationMetrics metrics = best.requireValidation().requireMetrics();
        List<Element> rows = IntStream.range(0, metrics.classes().size())
                .mapToObj(id -> row(id, metrics))
                .toList();
        return Markup.element(
                        "section",
                        Markup.element("h2", "Classes"),
                        Table.of("Validation texts after epoch " + best.epoch() + ".", List.of(head()), rows),
                        Markup.element("h2", "Classification report"),
                        Markup.element("pre", ClassificationReport.text(metrics))
                                .with("tabindex", "0"))
                .with("class", "classes");
    }

    private static Element head() {
        return Table.row(
                Table.columnHeader("class"),
                Table.numberHeader("precision"),
                Table.numberHeader("recall"),
                Table.numberHeader("F1"),
                Table.numberHeader("support"),
                Table.columnHeader("most often taken for"));
    }

    private static Element row(int id, ClassificationMetrics metrics) {
        ClassMetrics one = metrics.classes().get(id);
        return Table.row(
                Table.rowHeader(one.name()),
                bar(one.precision()),
                bar(one.recall()),
                bar(one.f1()),
                Table.number(Numbers.count(one.support())),
                Markup.element("td", worstMixUp(id, metrics)));
    }

    private static Element bar(double metric) {
        return Table.number(Numbers.metric(metric))
                .with("class", "number bar")
                .with("style", String.format(Locale.ROOT, "--share:%.3f", metric));
    }

    private static String worstMixUp(int truth, ClassificationMetrics metrics) {
        ConfusionMatrix confusion = metrics.confusion();
        return IntStream.range(0, confusion.classes())
                .filter(predicted -> predicted != truth && confusion.count(truth, predicted) > 0)
                .boxed()
                .max(Comparator.comparingLong(predicted -> confusion.count(truth, predicted)))
                .map(predicted -> "%s (%s, %s)"
                        .formatted(
                                metrics.classes().get(predicted).name(),
                                Numbers.count(confusion.count(truth, predicted)),
                                Numbers.percent((double) confusion.count(truth, predicted) / confusion.truths(truth))))
                .orElse("none");
    }
}
