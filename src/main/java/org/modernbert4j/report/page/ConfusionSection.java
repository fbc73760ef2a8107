package org.modernbert4j.report.page;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.modernbert4j.Numbers;
import org.modernbert4j.metric.ClassMetrics;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.metric.ConfusionMatrix;
import org.modernbert4j.report.markup.Markup;
import org.modernbert4j.report.markup.Markup.Element;
import org.modernbert4j.report.markup.Table;
import org.modernbert4j.task.Measurement;

/** Which class was taken for which in the best epoch, as a table with shades. */
final class ConfusionSection {
    private final List<String> names;
    private final ConfusionMatrix confusion;

    private ConfusionSection(ClassificationMetrics metrics) {
        this.names = metrics.classes().stream().map(ClassMetrics::name).toList();
        this.confusion = metrics.confusion();
    }

    static Element of(Measurement<ClassificationMetrics> best) {
        return new ConfusionSection(best.requireValidation().requireMetrics()).section(best.epoch());
    }

    private Element section(int epoch) {
        String caption = "Validation texts by true class (rows) and predicted class (columns) after epoch " + epoch
                + ". The shade is the share of the row.";
        Element table =
                Table.of(caption, List.of(head()), ids().mapToObj(this::row).toList());
        return Markup.element("section", Markup.element("h2", "Confusion matrix"), table)
                .with("class", "confusion");
    }

    private Element head() {
        Stream<Element> predicted = names.stream()
                .map(name -> Markup.element("th", Markup.element("span", name).with("title", name))
                        .with("scope", "col"));
        return Table.row(Stream.of(
                Stream.of(Table.columnHeader("true class")), predicted, Stream.of(Table.columnHeader("all"))));
    }

    private Element row(int truth) {
        Stream<Element> counts = ids().mapToObj(predicted -> cell(truth, predicted));
        return Table.row(Stream.of(
                Stream.of(Table.rowHeader(names.get(truth))),
                counts,
                Stream.of(Table.number(Numbers.count(confusion.truths(truth))))));
    }

    private Element cell(int truth, int predicted) {
        long count = confusion.count(truth, predicted);
        String look = truth == predicted ? "hit" : "miss";
        if (count == 0) {
            return Table.number("0").with("class", "number " + look + " zero");
        }
        double share = (double) count / confusion.truths(truth);
        String tip = "%s taken for %s: %s of %s (%s)"
                .formatted(
                        names.get(truth),
                        names.get(predicted),
                        Numbers.count(count),
                        Numbers.count(confusion.truths(truth)),
                        Numbers.percent(share));
        return Table.number(Numbers.count(count))
                .with("class", "number " + look)
                .with("style", String.format(Locale.ROOT, "--share:%.3f", share))
                .with("title", tip);
    }

    private IntStream ids() {
        return IntStream.range(0, names.size());
    }
}
