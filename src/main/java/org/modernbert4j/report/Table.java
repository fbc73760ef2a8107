package org.modernbert4j.report;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.modernbert4j.report.Markup.Element;

/** Writes tables that say which header a cell belongs to. */
final class Table {
    private Table() {}

    /**
     * A table that scrolls by itself where the page is too narrow for it.
     *
     * @param caption what it holds
     */
    static Element of(String caption, List<Element> head, List<Element> body) {
        Element table = Markup.element(
                "table",
                Markup.element("caption", caption),
                Markup.element("thead", head),
                Markup.element("tbody", body));
        return Markup.element("div", table)
                .with("class", "scroll")
                .with("role", "region")
                .with("aria-label", caption)
                .with("tabindex", "0");
    }

    /** Names and what they stand for, without a head. */
    static Element ofPairs(String caption, Map<String, String> pairs) {
        List<Element> rows = pairs.entrySet().stream()
                .map(pair -> row(rowHeader(pair.getKey()), Markup.element("td", pair.getValue())))
                .toList();
        return Markup.element("table", Markup.element("caption", caption), Markup.element("tbody", rows))
                .with("class", "pairs");
    }

    static Element row(List<Element> cells) {
        return Markup.element("tr", cells);
    }

    static Element row(Element first, Element... more) {
        return row(Stream.concat(Stream.of(first), Arrays.stream(more)).toList());
    }

    static Element columnHeader(String text) {
        return Markup.element("th", text).with("scope", "col");
    }

    static Element numberHeader(String text) {
        return columnHeader(text).with("class", "number");
    }

    /** A header of several columns. */
    static Element groupHeader(String text, int columns) {
        return Markup.element("th", text).with("scope", "colgroup").with("colspan", Integer.toString(columns));
    }

    static Element rowHeader(String text) {
        return Markup.element("th", text).with("scope", "row");
    }

    static Element number(String text) {
        return Markup.element("td", text).with("class", "number");
    }
}
