package org.modernbert4j.report;

import java.util.List;
import java.util.Map;

/** Writes tables that say which header a cell belongs to. */
final class Table {
    private Table() {}

    /** A table that scrolls by itself where the page is too narrow for it. */
    static Element of(String caption, List<Element> head, List<Element> body) {
        Element table = Element.of(
                "table", Element.of("caption", caption), Element.of("thead", head), Element.of("tbody", body));
        return Element.of("div", table)
                .withClass("scroll")
                .with("role", "region")
                .with("aria-label", caption)
                .with("tabindex", "0");
    }

    /** Names and their values, without a head; a name without a value is left out. */
    static Element ofPairs(String caption, Map<String, String> pairs) {
        List<Element> rows = pairs.entrySet().stream()
                .filter(pair -> !pair.getValue().isEmpty())
                .map(pair -> row(rowHeader(pair.getKey()), Element.of("td", pair.getValue())))
                .toList();
        return Element.of("table", Element.of("caption", caption), Element.of("tbody", rows))
                .withClass("pairs");
    }

    static Element row(Element... cells) {
        return Element.of("tr", cells);
    }

    /** A header of a column of words. */
    static Element columnHeader(String text) {
        return Element.of("th", text).with("scope", "col");
    }

    /** A header of a column of numbers. */
    static Element numberHeader(String text) {
        return columnHeader(text).withClass("number");
    }

    /** A header of several columns. */
    static Element groupHeader(String text, int columns) {
        return Element.of("th", text).with("scope", "colgroup").with("colspan", Integer.toString(columns));
    }

    /** The header of a row. */
    static Element rowHeader(String text) {
        return Element.of("th", text).with("scope", "row");
    }

    /** A cell with a number. */
    static Element number(String text) {
        return Element.of("td", text).withClass("number");
    }
}
