package org.modernbert4j.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** A run as one page: charts, what trained, the confusion matrix and the measures of each class. */
public final class HtmlReport {
    private static final String STYLE_SHEET = "report.css";

    private HtmlReport() {}

    /**
     * The page, as a file to write in UTF-8. It needs nothing else: styles and drawings are inside, and there is no script. It is
     * well-formed XML as well. It follows the reader's choice of light or dark, and prints.
     */
    public static String of(RunSummary run) {
        Markup head = Markup.element(
                "head",
                Markup.element("meta").with("charset", "utf-8"),
                Markup.element("meta").with("name", "viewport").with("content", "width=device-width, initial-scale=1"),
                Markup.element("meta").with("name", "color-scheme").with("content", "light dark"),
                Markup.element("title", run.title()),
                Markup.element("style", styleSheet()));
        Markup body = Markup.element(
                "body",
                OverviewSection.of(run),
                Markup.element(
                        "main",
                        ChartsSection.of(run),
                        EpochsSection.of(run),
                        TrainableSection.of(run),
                        ConfusionSection.of(run),
                        ClassesSection.of(run)));
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
