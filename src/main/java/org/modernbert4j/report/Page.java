package org.modernbert4j.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What all pages have: styles, a title, results, notes, settings. */
final class Page {
    private static final String STYLE_SHEET = "report.css";

    private Page() {}

    /** A whole page, which needs nothing else: styles and drawings are inside, and there is no script. */
    static String of(String title, Element overview, Element main) {
        Element head = Element.of(
                "head",
                Element.of("meta").with("charset", "utf-8"),
                Element.of("meta").with("name", "viewport").with("content", "width=device-width, initial-scale=1"),
                Element.of("meta").with("name", "color-scheme").with("content", "light dark"),
                Element.of("title", title),
                Element.of("style", styleSheet()));
        Element page = Element.of("html", head, Element.of("body", overview, main))
                .with("lang", "en")
                .with("xmlns", "http://www.w3.org/1999/xhtml");
        return "<!DOCTYPE html>\n" + page + "\n";
    }

    /** It has no character that XML would escape: HTML does not unescape styles. */
    private static String styleSheet() {
        try (InputStream in = Page.class.getResourceAsStream(STYLE_SHEET)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a page begins with. */
    static Element overview(
            String title,
            Element results,
            List<String> notes,
            Map<String, String> settings,
            Map<String, String> environment) {
        List<Element> parts = new ArrayList<>();
        parts.add(Element.of("h1", title));
        parts.add(results);
        if (!notes.isEmpty()) {
            List<Element> items =
                    notes.stream().map(note -> Element.of("li", note)).toList();
            parts.add(Element.of("ul", items).withClass("notes"));
        }
        parts.add(Element.of("div", Table.ofPairs("Settings", settings), Table.ofPairs("Environment", environment))
                .withClass("columns"));
        return Element.of("header", parts);
    }

    /** The main numbers. */
    static Element results(Element... results) {
        return Element.of("dl", results).withClass("results");
    }

    /** One of the main numbers. */
    static Element result(String name, String value) {
        return Element.of("div", Element.of("dt", name), Element.of("dd", value));
    }
}
