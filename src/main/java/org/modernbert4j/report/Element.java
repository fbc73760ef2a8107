package org.modernbert4j.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An element of a page that is HTML and XML at once, or a text between elements: every element is closed and every text escaped.
 *
 * @param name its tag; empty for a text
 * @param text not escaped; empty for an element
 * @param attributes their values, not escaped, in order
 * @param content what it holds
 */
record Element(String name, String text, Map<String, String> attributes, List<Element> content) {
    private static final int REPLACEMENT = 0xFFFD;
    private static final Set<String> VOID = Set.of("meta");
    private static final Set<String> ENDS_LINE = Set.of(
            ("circle div dt dd dl figcaption figure h1 h2 head header line li meta p polyline pre rect section style svg"
                            + " table tbody thead title tr ul")
                    .split(" "));

    /** An element without attributes. */
    static Element of(String name, List<Element> content) {
        return new Element(name, "", Map.of(), List.copyOf(content));
    }

    /** An element without attributes. */
    static Element of(String name, Element... content) {
        return of(name, List.of(content));
    }

    /** An element that holds a text. */
    static Element of(String name, String text) {
        return of(name, text(text));
    }

    /** Text between tags; a character that XML cannot hold becomes a replacement character. */
    static Element text(String text) {
        return new Element("", text, Map.of(), List.of());
    }

    /** This with one more attribute. */
    Element with(String attribute, String value) {
        Map<String, String> more = new LinkedHashMap<>(attributes);
        more.put(attribute, value);
        return new Element(name, text, Collections.unmodifiableMap(more), content);
    }

    /** This with one more attribute: its classes in the style sheet, separated by spaces. */
    Element withClass(String names) {
        return with("class", names);
    }

    /** The page or drawing, as a file holds it. */
    @Override
    public String toString() {
        StringBuilder page = new StringBuilder();
        appendTo(page);
        return page.toString();
    }

    private void appendTo(StringBuilder page) {
        if (name.isEmpty()) {
            escape(text, page);
            return;
        }
        page.append('<').append(name);
        attributes.forEach((attribute, value) -> {
            page.append(' ').append(attribute).append("=\"");
            escape(value, page);
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

    private static void escape(String text, StringBuilder page) {
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

    /** Whether XML 1.0 has the character; C1 controls, which it discourages, are left out too. */
    private static boolean isXml(int character) {
        return switch (character) {
            case '\t', '\n', '\r' -> true;
            case 0xFFFE, 0xFFFF -> false;
            default -> !Character.isISOControl(character) && Character.getType(character) != Character.SURROGATE;
        };
    }
}
