package org.modernbert4j.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.modernbert4j.Numbers;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.metric.ClassificationMetrics.ClassMetrics;
import org.modernbert4j.metric.ClassificationReport;
import org.modernbert4j.metric.ConfusionMatrix;
import org.modernbert4j.task.ClassificationFormat;
import org.modernbert4j.task.Measurement.Outcome;

/** How well each class is told from the others. */
final class ClassesSection {
    private final List<ClassMetrics> classes;
    private final ConfusionMatrix confusion;

    private ClassesSection(ClassificationMetrics metrics) {
        classes = metrics.classes();
        confusion = metrics.confusion();
    }

    /** A table with the metrics of each class, and scikit-learn's report of the same; {@code texts} says what was measured on. */
    static Element of(ClassificationMetrics metrics, String texts) {
        ClassesSection section = new ClassesSection(metrics);
        Element head = Table.row(
                Table.columnHeader("class"),
                Table.numberHeader("precision"),
                Table.numberHeader("recall"),
                Table.numberHeader("F1"),
                Table.numberHeader("support"),
                Table.columnHeader("most often taken for"));
        String report = ClassificationReport.text(metrics);
        return Element.of(
                        "section",
                        Element.of("h2", "Classes"),
                        Table.of(
                                texts + ".",
                                List.of(head),
                                section.ids().mapToObj(section::metrics).toList()),
                        Element.of("h2", "Classification report"),
                        Element.of("pre", report).with("tabindex", "0"))
                .withClass("classes");
    }

    /** What the best model gave on the test texts: its metrics, and scikit-learn's report. */
    static Element ofTest(Outcome<ClassificationMetrics> test) {
        ClassificationMetrics metrics = test.requireMetrics();
        Map<String, Double> numbers = new ClassificationFormat(
                        metrics.classes().stream().map(ClassMetrics::name).toList())
                .numbers(test);
        return Element.of(
                        "section",
                        Element.of("h2", "Test"),
                        Table.of(
                                "The best model on the test texts. Precision, recall and F1 are weighted by support.",
                                List.of(Element.of(
                                        "tr",
                                        numbers.keySet().stream()
                                                .map(Table::numberHeader)
                                                .toList())),
                                List.of(Element.of(
                                        "tr",
                                        numbers.values().stream()
                                                .map(value -> Table.number(Numbers.metric(value)))
                                                .toList()))),
                        Element.of("pre", ClassificationReport.text(metrics)).with("tabindex", "0"))
                .withClass("test");
    }

    /** The confusion matrix, as a table with shades. */
    static Element confusion(ClassificationMetrics metrics, String texts) {
        ClassesSection section = new ClassesSection(metrics);
        String caption =
                texts + ", by true class (rows) and predicted class (columns). The shade is the share of the row.";
        Element table = Table.of(
                caption,
                List.of(section.predicted()),
                section.ids().mapToObj(section::counts).toList());
        return Element.of("section", Element.of("h2", "Confusion matrix"), table)
                .withClass("confusion");
    }

    private Element metrics(int id) {
        ClassMetrics one = classes.get(id);
        return Table.row(
                Table.rowHeader(one.name()),
                bar(one.precision()),
                bar(one.recall()),
                bar(one.f1()),
                Table.number(Numbers.count(one.support())),
                Element.of("td", worstMixUp(id)));
    }

    private static Element bar(double metric) {
        return Table.number(Numbers.metric(metric)).withClass("number bar").with("style", share(metric));
    }

    private static String share(double share) {
        return String.format(Locale.ROOT, "--share:%.3f", share);
    }

    private String worstMixUp(int truth) {
        return ids().filter(predicted -> predicted != truth && confusion.count(truth, predicted) > 0)
                .boxed()
                .max(Comparator.comparingLong(predicted -> confusion.count(truth, predicted)))
                .map(predicted -> "%s (%s, %s)"
                        .formatted(
                                name(predicted),
                                Numbers.count(confusion.count(truth, predicted)),
                                Numbers.percent(shareOfRow(truth, predicted))))
                .orElse("none");
    }

    private double shareOfRow(int truth, int predicted) {
        return (double) confusion.count(truth, predicted) / confusion.truths(truth);
    }

    private Element predicted() {
        List<Element> cells = new ArrayList<>();
        cells.add(Table.columnHeader("true class"));
        classes.forEach(
                one -> cells.add(Element.of("th", Element.of("span", one.name()).with("title", one.name()))
                        .with("scope", "col")));
        cells.add(Table.columnHeader("all"));
        return Element.of("tr", cells);
    }

    private Element counts(int truth) {
        List<Element> cells = new ArrayList<>();
        cells.add(Table.rowHeader(name(truth)));
        ids().forEach(predicted -> cells.add(count(truth, predicted)));
        cells.add(Table.number(Numbers.count(confusion.truths(truth))));
        return Element.of("tr", cells);
    }

    private Element count(int truth, int predicted) {
        long count = confusion.count(truth, predicted);
        String look = truth == predicted ? "hit" : "miss";
        if (count == 0) {
            return Table.number("0").withClass("number " + look + " zero");
        }
        double share = shareOfRow(truth, predicted);
        String tip = "%s taken for %s: %s of %s (%s)"
                .formatted(
                        name(truth),
                        name(predicted),
                        Numbers.count(count),
                        Numbers.count(confusion.truths(truth)),
                        Numbers.percent(share));
        return Table.number(Numbers.count(count))
                .withClass("number " + look)
                .with("style", share(share))
                .with("title", tip);
    }

    private String name(int id) {
        return classes.get(id).name();
    }

    private IntStream ids() {
        return IntStream.range(0, classes.size());
    }
}
