package org.modernbert4j.report.markup;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.modernbert4j.report.markup.Markup.Element;

/** Writes tables that say which header a cell belongs to. */
public final class Table {
    private Table() {}

    /**
     * A table that scrolls by itself where the page is too narrow for it.
     *
     * @param caption what it holds
     */
    public static Element of(String caption, List<Element> head, List<Element> body) {
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
    public static Element ofPairs(String caption, Map<String, String> pairs) {
        List<Element> rows = pairs.entrySet().stream()
                .map(pair -> row(rowHeader(pair.getKey()), Markup.element("td", pair.getValue())))
                .toList();
        return Markup.element("table", Markup.element("caption", caption), Markup.element("tbody", rows))
                .with("class", "pairs");
    }

    /** A row of several stretches of cells. */
    public static Element row(Stream<Stream<Element>> stretches) {
        return Markup.element("tr", stretches.flatMap(Function.identity()).toList());
    }

    /** A row. */
    public static Element row(Element... cells) {
        return Markup.element("tr", cells);
    }

    /** A header of a column of words. */
    public static Element columnHeader(String text) {
        return Markup.element("th", text).with("scope", "col");
    }

    /** A header of a column of numbers. */
    public static Element numberHeader(String text) {
        return columnHeader(text).with("class", "number");
    }

    /** A header of several columns. */
    public static Element groupHeader(String text, int columns) {
        return Markup.element("th", text).with("scope", "colgroup").with("colspan", Integer.toString(columns));
    }

    /** The header of a row. */
    public static Element rowHeader(String text) {
        return Markup.element("th", text).with("scope", "row");
    }

    /** A cell with a number. */
    public static Element number(String text) {
        return Markup.element("td", text).with("class", "number");
    }
}
