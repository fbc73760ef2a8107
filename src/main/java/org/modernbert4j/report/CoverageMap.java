package org.modernbert4j.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.modernbert4j.freeze.EpochPlan;
import org.modernbert4j.freeze.EpochPlan.Coverage;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.freeze.Phase;
import org.modernbert4j.model.Place;
import org.modernbert4j.report.Svg.Point;

/** Draws the network from the embeddings, at the bottom, up to the head, and what of it trains. */
public final class CoverageMap {
    private static final double LEFT = 76;
    private static final double CELL = 29;
    private static final double ROW = 13;
    private static final double GAP = 1.5;
    private static final double TOP = 1;
    private static final double LABEL_GAP = 7;
    private static final double BASELINE = 3.5;
    private static final double MAP_GAP = 24;
    private static final double TITLE = 20;
    private static final double TITLE_BASELINE = 14;
    private static final double NOT_DRAWN_WIDTH = 300;
    private static final String STYLE =
            """
            text { font: 10px system-ui, sans-serif; fill: #333 }
            .title { font-size: 12px; font-weight: 600 }
            .trained { fill: #2f6db3 } .frozen { fill: #dfe3e8 }
            @media (prefers-color-scheme: dark) {
              text { fill: #ddd } .trained { fill: #6ea8e6 } .frozen { fill: #3a3f46 }
            }
            """;

    private final EpochPlan epoch;
    private final List<String> components;
    private final List<Element> shapes = new ArrayList<>();
    private double y = TOP;

    private CoverageMap(EpochPlan epoch) {
        this.epoch = epoch;
        components = epoch.components();
        addBar(Place.HEAD);
        addBar(Place.FINAL_NORM);
        addColumnNames();
        for (int layer = epoch.architecture().config().encoder().layers() - 1; layer >= 0; layer--) {
            addLayer(layer);
        }
        addBar(Place.EMBEDDINGS);
    }

    /** The map of a phase; its id is unique in a run. */
    static Element of(Phase phase) {
        return new CoverageMap(phase.first()).drawing(phase);
    }

    /**
     * A drawing of a plan: the maps of its phases side by side, no more than {@link FreezePlan#drawnPhases}; a whole SVG file to write in
     * UTF-8.
     */
    public static String ofPlan(FreezePlan plan) {
        List<Element> shapes = new ArrayList<>();
        shapes.add(Element.of("style", STYLE));
        double x = MAP_GAP;
        double height = 0;
        List<Phase> phases = plan.drawnPhases();
        for (Phase phase : phases) {
            CoverageMap map = new CoverageMap(phase.first());
            shapes.add(Svg.label(x, TITLE_BASELINE, phase.title()).withClass("title"));
            shapes.add(map.drawing(phase).with("x", Double.toString(x)).with("y", Double.toString(TITLE)));
            x += LEFT + map.width() + MAP_GAP;
            height = Math.max(height, TITLE + map.y);
        }
        Optional<String> notDrawn = plan.notDrawn();
        if (notDrawn.isPresent()) {
            shapes.add(Svg.label(x, TITLE_BASELINE, notDrawn.get()));
            x += NOT_DRAWN_WIDTH;
        }
        String description = Stream.concat(phases.stream().map(Phase::toString), notDrawn.stream())
                .collect(Collectors.joining("\n"));
        return Svg.drawing("plan", x, height, "What trains", description, shapes)
                .toString();
    }

    private Element drawing(Phase phase) {
        return Svg.drawing(
                "coverage-" + (epoch.epoch() + 1),
                LEFT + width(),
                y,
                phase.title() + ": what trains",
                epoch.description(),
                shapes);
    }

    private void addColumnNames() {
        y += ROW;
        for (String component : components) {
            shapes.add(Svg.label(x(component) + (CELL - GAP) / 2, y - LABEL_GAP / 2, "middle", component));
        }
    }

    private void addBar(Place place) {
        addRowName(place.toString());
        addCell(LEFT, width() - GAP, epoch.coverage(place), place.toString());
        y += ROW;
    }

    private void addLayer(int layer) {
        addRowName("layer " + layer);
        for (String component : components) {
            addCell(x(component), CELL - GAP, epoch.coverage(layer, component), "layer " + layer + " " + component);
        }
        y += ROW;
    }

    private void addRowName(String name) {
        shapes.add(Svg.label(LEFT - LABEL_GAP, y + (ROW - GAP) / 2 + BASELINE, "end", name));
    }

    private void addCell(double x, double width, Coverage coverage, String name) {
        double height = ROW - GAP;
        shapes.add(Svg.rectangle(x, y, width, height, name + ": " + word(coverage))
                .withClass(coverage == Coverage.WHOLE ? "trained" : "frozen"));
        if (coverage == Coverage.PART) {
            shapes.add(Svg.polygon(new Point(x, y), new Point(x, y + height), new Point(x + width, y + height))
                    .withClass("trained"));
        }
    }

    private double x(String component) {
        return LEFT + CELL * components.indexOf(component);
    }

    private double width() {
        return CELL * components.size();
    }

    private static String word(Coverage coverage) {
        return switch (coverage) {
            case NONE -> "frozen";
            case PART -> "trains in part";
            case WHOLE -> "trains";
        };
    }
}
