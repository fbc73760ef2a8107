package org.modernbert4j.report.page;

import java.util.List;
import org.modernbert4j.Numbers;
import org.modernbert4j.freeze.EpochPlan;
import org.modernbert4j.freeze.Phase;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.report.chart.CoverageMap;
import org.modernbert4j.report.markup.Markup;
import org.modernbert4j.report.markup.Markup.Element;
import org.modernbert4j.report.markup.Table;
import org.modernbert4j.run.RunSummary;

/** Which parameters trained in which epochs. */
final class TrainableSection {
    private TrainableSection() {}

    static Element of(RunSummary<ClassificationMetrics> run) {
        List<Phase> phases = run.phases();
        Element head = Table.row(
                Table.columnHeader("epochs"),
                Table.numberHeader("parameters"),
                Table.numberHeader("share"),
                Table.columnHeader("what trains"),
                Table.columnHeader("backward pass ends at"));
        return Markup.element(
                        "section",
                        Markup.element("h2", "What trains"),
                        Table.of(
                                "Of "
                                        + Numbers.count(phases.get(0)
                                                .first()
                                                .architecture()
                                                .elements()) + " parameters",
                                List.of(head),
                                phases.stream().map(TrainableSection::row).toList()),
                        legend(),
                        Markup.element(
                                        "div",
                                        phases.stream()
                                                .map(phase ->
                                                        ChartsSection.figure(phase.title(), CoverageMap.of(phase)))
                                                .toList())
                                .with("class", "figures"))
                .with("class", "coverage");
    }

    private static Element row(Phase phase) {
        EpochPlan epoch = phase.first();
        return Table.row(
                Table.rowHeader(phase.title()),
                Table.number(Numbers.count(epoch.parameters())),
                Table.number(Numbers.percent(epoch.share())),
                Markup.element("td", epoch.description()),
                Markup.element("td", epoch.lowest().toString()));
    }

    private static Element legend() {
        return Markup.element("p", key("trains", "whole"), key("trains in part", "part"), key("frozen", "none"))
                .with("class", "legend");
    }

    private static Element key(String meaning, String look) {
        return Markup.element("span", Markup.element("span").with("class", "swatch " + look), new Markup.Text(meaning));
    }
}
