package org.modernbert4j.report.markup;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A piece of a page that is HTML and XML at once: every element is closed and every text escaped. */
public sealed interface Markup {
    /** Writes it at the end of a page. */
    void appendTo(StringBuilder page);

    /** An element without attributes. */
    static Element element(String name, List<? extends Markup> content) {
        return new Element(name, Map.of(), List.copyOf(content));
    }

    /** An element without attributes. */
    static Element element(String name, Markup... content) {
        return element(name, Arrays.asList(content));
    }

    /** An element that holds a text. */
    static Element element(String name, String text) {
        return element(name, new Text(text));
    }

    /**
     * Text between tags.
     *
     * @param text not escaped; where it has what XML cannot hold, the page has a replacement character
     */
    record Text(String text) implements Markup {
        private static final int REPLACEMENT = 0xFFFD;

        @Override
        public void appendTo(StringBuilder page) {
            escape(text, page);
        }

        static void escape(String text, StringBuilder page) {
            text.codePoints().forEach(character -> {
                switch (character) {
                    case '<' -> page.append("&lt;");
                    case '>' -> page.append("&gt;");
                    case '&' -> page.append("&amp;");
                    case '"' -> page.append("&quot;");
                    default -> page.appendCodePoint(isXml(character) ? character : REPLACEMENT);
                }
            });
        }

        /** Whether XML 1.0 has the character; a C1 control, which it discourages, is left out too. */
        private static boolean isXml(int character) {
            return switch (character) {
                case '\t', '\n', '\r' -> true;
                case 0xFFFE, 0xFFFF -> false;
                default -> !Character.isISOControl(character) && Character.getType(character) != Character.SURROGATE;
            };
        }
    }

    /**
     * An element.
     *
     * @param name its tag
     * @param attributes their values, not escaped, in order
     * @param content what it holds
     */
    record Element(String name, Map<String, String> attributes, List<Markup> content) implements Markup {
        private static final Set<String> VOID = Set.of("meta");
        private static final Set<String> ENDS_LINE = Set.of(
                "circle",
                "div",
                "dt",
                "dd",
                "dl",
                "figcaption",
                "figure",
                "g",
                "h1",
                "h2",
                "h3",
                "head",
                "header",
                "line",
                "li",
                "meta",
                "ol",
                "p",
                "polyline",
                "pre",
                "rect",
                "section",
                "style",
                "svg",
                "table",
                "tbody",
                "thead",
                "title",
                "tr",
                "ul");

        /** This with one more attribute. */
        public Element with(String attribute, String value) {
            Map<String, String> more = new LinkedHashMap<>(attributes);
            more.put(attribute, value);
            return new Element(name, Collections.unmodifiableMap(more), content);
        }

        @Override
        public void appendTo(StringBuilder page) {
            page.append('<').append(name);
            attributes.forEach((attribute, value) -> {
                page.append(' ').append(attribute).append("=\"");
                Text.escape(value, page);
                page.append('"');
            });
            if (VOID.contains(name)) {
                page.append("/>");
            } else {
                page.append('>');
                content.forEach(part -> part.appendTo(page));
                page.append("</").append(name).append('>');
            }
            if (ENDS_LINE.contains(name)) {
                page.append('\n');
            }
        }
    }
}
