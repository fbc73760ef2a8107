package org.modernbert4j.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.modernbert4j.Numbers;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.run.RunSummary;
import org.modernbert4j.task.Measurement;
import org.modernbert4j.task.Measurement.Outcome;

/** A run as one page: results, settings, charts, what trained, the confusion matrix and the metrics of each class. */
public final class HtmlReport {
    private static final String STYLE_SHEET = "report.css";

    private HtmlReport() {}

    /**
     * The page, as a file to write in UTF-8. It needs nothing else: styles and drawings are inside, and there is no script. It is
     * well-formed XML as well. It follows the reader's choice of light or dark, and prints.
     *
     * @param run with validation in each measurement, and a best one
     */
    public static String of(RunSummary<ClassificationMetrics> run) {
        Measurement<ClassificationMetrics> best = run.best().orElseThrow();
        Element head = Element.of(
                "head",
                Element.of("meta").with("charset", "utf-8"),
                Element.of("meta").with("name", "viewport").with("content", "width=device-width, initial-scale=1"),
                Element.of("meta").with("name", "color-scheme").with("content", "light dark"),
                Element.of("title", run.title()),
                Element.of("style", styleSheet()));
        List<Element> sections = new ArrayList<>(List.of(
                EpochsSection.charts(run),
                EpochsSection.of(run, best),
                TrainableSection.of(run),
                ClassesSection.confusion(best),
                ClassesSection.of(best)));
        run.test().map(ClassesSection::ofTest).ifPresent(sections::add);
        run.data().summary().map(DataSection::of).ifPresent(sections::add);
        Element main = Element.of("main", sections);
        Element page = Element.of("html", head, Element.of("body", overview(run, best), main))
                .with("lang", "en")
                .with("xmlns", "http://www.w3.org/1999/xhtml");
        return "<!DOCTYPE html>\n" + page + "\n";
    }

    /** It has no character that XML would escape: HTML does not unescape styles. */
    private static String styleSheet() {
        try (InputStream in = HtmlReport.class.getResourceAsStream(STYLE_SHEET)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Element overview(RunSummary<ClassificationMetrics> run, Measurement<ClassificationMetrics> best) {
        List<Element> parts = new ArrayList<>();
        parts.add(Element.of("h1", run.title()));
        parts.add(results(run, best));
        if (!run.notes().isEmpty()) {
            List<Element> notes =
                    run.notes().stream().map(note -> Element.of("li", note)).toList();
            parts.add(Element.of("ul", notes).withClass("notes"));
        }
        parts.add(Element.of(
                        "div",
                        Table.ofPairs("Settings", run.run().settings()),
                        Table.ofPairs("Environment", run.run().environment()))
                .withClass("columns"));
        return Element.of("header", parts);
    }

    private static Element results(RunSummary<ClassificationMetrics> run, Measurement<ClassificationMetrics> best) {
        Outcome<ClassificationMetrics> outcome = best.requireValidation();
        ClassificationMetrics metrics = outcome.requireMetrics();
        return Element.of(
                        "dl",
                        result("Validation accuracy", Numbers.metric(metrics.accuracy())),
                        result("Weighted F1", Numbers.metric(metrics.weighted().f1())),
                        result("Macro F1", Numbers.metric(metrics.macro().f1())),
                        result("Validation loss", Numbers.metric(outcome.loss())),
                        result("Best epoch", best.epoch() + " of " + run.last().epoch()),
                        result("Time", Numbers.duration(run.totalSeconds())))
                .withClass("results");
    }

    private static Element result(String name, String value) {
        return Element.of("div", Element.of("dt", name), Element.of("dd", value));
    }
}
