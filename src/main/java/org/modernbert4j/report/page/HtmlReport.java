package org.modernbert4j.report.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.report.markup.Markup;
import org.modernbert4j.run.RunSummary;
import org.modernbert4j.task.Measurement;

/** A run as one page: charts, what trained, the confusion matrix and the metrics of each class. */
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
        Markup head = Markup.element(
                "head",
                Markup.element("meta").with("charset", "utf-8"),
                Markup.element("meta").with("name", "viewport").with("content", "width=device-width, initial-scale=1"),
                Markup.element("meta").with("name", "color-scheme").with("content", "light dark"),
                Markup.element("title", run.title()),
                Markup.element("style", styleSheet()));
        Markup body = Markup.element(
                "body",
                OverviewSection.of(run, best),
                Markup.element(
                        "main",
                        ChartsSection.of(run),
                        EpochsSection.of(run, best),
                        TrainableSection.of(run),
                        ConfusionSection.of(best),
                        ClassesSection.of(best)));
        StringBuilder page = new StringBuilder("<!DOCTYPE html>\n");
        Markup.element("html", head, body)
                .with("lang", "en")
                .with("xmlns", "http://www.w3.org/1999/xhtml")
                .appendTo(page);
        return page.append('\n').toString();
    }

    /** It has no character that XML would escape: HTML does not unescape styles. */
    private static String styleSheet() {
        try (InputStream in = HtmlReport.class.getResourceAsStream(STYLE_SHEET)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
