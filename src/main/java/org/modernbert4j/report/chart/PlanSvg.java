package org.modernbert4j.report.chart;

import java.util.ArrayList;
import java.util.List;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.freeze.Phase;
import org.modernbert4j.report.markup.Markup;
import org.modernbert4j.report.markup.Markup.Element;
import org.modernbert4j.report.markup.Svg;
import org.modernbert4j.report.markup.Svg.Anchor;

/** A plan as a drawing of its own: what trains of the network, side by side for each phase. */
public final class PlanSvg {
    private static final double GAP = 24;
    private static final double TITLE = 20;
    private static final double BASELINE = 14;
    private static final String STYLE =
            """
            text { font: 10px system-ui, sans-serif; fill: #333 }
            .title { font-size: 12px; font-weight: 600 }
            .trained { fill: #2f6db3 } .frozen { fill: #dfe3e8 }
            @media (prefers-color-scheme: dark) {
              text { fill: #ddd } .trained { fill: #6ea8e6 } .frozen { fill: #3a3f46 }
            }
            """;

    private PlanSvg() {}

    /** The drawing, as a file to write in UTF-8; it needs nothing else. */
    public static String of(FreezePlan plan) {
        List<Element> shapes = new ArrayList<>();
        shapes.add(Markup.element("style", STYLE));
        double x = GAP;
        double height = 0;
        for (Phase phase : plan.phases()) {
            Element map = CoverageMap.of(phase);
            shapes.add(Svg.label(x, BASELINE, Anchor.START, phase.title()).with("class", "title"));
            shapes.add(map.with("x", Double.toString(x)).with("y", Double.toString(TITLE)));
            x += Double.parseDouble(map.attributes().get("width")) + GAP;
            height =
                    Math.max(height, TITLE + Double.parseDouble(map.attributes().get("height")));
        }
        StringBuilder text = new StringBuilder();
        Svg.drawing("plan", x, height, "What trains", plan.toString(), shapes).appendTo(text);
        return text.toString();
    }
}
