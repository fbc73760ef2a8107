package org.modernbert4j.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.modernbert4j.Numbers;
import org.modernbert4j.task.DataSummary;
import org.modernbert4j.task.DataSummary.ClassCounts;

/** What the run learnt from and was measured on. */
final class DataSection {
    private DataSection() {}

    /** A list of facts about rows and lengths, and a table of the labels. */
    static Element of(DataSummary data) {
        List<Element> facts = lines(data).map(line -> Element.of("li", line)).toList();
        return Element.of(
                        "section",
                        Element.of("h2", "Data"),
                        Element.of("ul", facts),
                        Table.of(
                                "Texts of each label.",
                                List.of(head(data)),
                                data.classes().stream()
                                        .map(one -> row(data, one))
                                        .toList()))
                .withClass("data");
    }

    /** The facts, one line each. */
    static Stream<String> lines(DataSummary data) {
        return Stream.concat(data.rowLines().stream(), data.texts().stream().flatMap(texts -> texts.lines().stream()));
    }

    private static Element head(DataSummary data) {
        List<Element> cells = new ArrayList<>(
                List.of(Table.columnHeader("label"), Table.numberHeader("train"), Table.numberHeader("validation")));
        if (data.isTested()) {
            cells.add(Table.numberHeader("test"));
        }
        return Element.of("tr", cells);
    }

    private static Element row(DataSummary data, ClassCounts one) {
        List<Element> cells = new ArrayList<>(List.of(
                Table.rowHeader(one.label()),
                Table.number(Numbers.count(one.train())),
                Table.number(Numbers.count(one.validation()))));
        if (data.isTested()) {
            cells.add(Table.number(Numbers.count(one.test())));
        }
        return Element.of("tr", cells);
    }
}
