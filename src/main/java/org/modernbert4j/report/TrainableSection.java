package org.modernbert4j.report;

import java.util.List;
import org.modernbert4j.Numbers;
import org.modernbert4j.freeze.EpochPlan;
import org.modernbert4j.freeze.Phase;
import org.modernbert4j.metric.ClassificationMetrics;
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
        long all = phases.get(0).first().architecture().elements();
        List<Element> rows = phases.stream().map(TrainableSection::row).toList();
        List<Element> maps = phases.stream()
                .map(phase -> EpochsSection.figure(phase.title(), CoverageMap.of(phase)))
                .toList();
        return Element.of(
                        "section",
                        Element.of("h2", "What trains"),
                        Table.of("Of " + Numbers.count(all) + " parameters", List.of(head), rows),
                        legend(),
                        Element.of("div", maps).withClass("figures"))
                .withClass("coverage");
    }

    private static Element row(Phase phase) {
        EpochPlan epoch = phase.first();
        return Table.row(
                Table.rowHeader(phase.title()),
                Table.number(Numbers.count(epoch.parameters())),
                Table.number(Numbers.percent(epoch.share())),
                Element.of("td", epoch.description()),
                Element.of("td", epoch.lowest().toString()));
    }

    private static Element legend() {
        return Element.of("p", key("trains", "whole"), key("trains in part", "part"), key("frozen", "none"))
                .withClass("legend");
    }

    private static Element key(String meaning, String look) {
        return Element.of("span", Element.of("span").withClass("swatch " + look), Element.text(meaning));
    }
}
