package org.modernbert4j.report.chart;

import java.util.ArrayList;
import java.util.List;
import org.modernbert4j.freeze.Coverage;
import org.modernbert4j.freeze.EpochPlan;
import org.modernbert4j.freeze.Phase;
import org.modernbert4j.model.Place;
import org.modernbert4j.report.markup.Markup.Element;
import org.modernbert4j.report.markup.Svg;
import org.modernbert4j.report.markup.Svg.Anchor;
import org.modernbert4j.report.markup.Svg.Point;

/** Draws the network from the embeddings, at the bottom, up to the head, and what of it trains. */
public final class CoverageMap {
    private static final double LEFT = 76;
    private static final double CELL = 29;
    private static final double ROW = 13;
    private static final double GAP = 1.5;
    private static final double TOP = 1;
    private static final double LABEL_GAP = 7;
    private static final double BASELINE = 3.5;

    private final EpochPlan epoch;
    private final List<String> components;
    private final List<Element> shapes = new ArrayList<>();
    private double y = TOP;

    private CoverageMap(EpochPlan epoch) {
        this.epoch = epoch;
        components = epoch.components();
    }

    /** The map of a phase; no other phase of a run has the same id. */
    public static Element of(Phase phase) {
        return new CoverageMap(phase.first()).draw(phase.title());
    }

    private Element draw(String epochs) {
        addBar(new Place.Head());
        addBar(new Place.FinalNorm());
        addColumnNames();
        for (int layer = epoch.architecture().config().encoder().layers() - 1; layer >= 0; layer--) {
            addLayer(layer);
        }
        addBar(new Place.Embeddings());
        return Svg.drawing(
                "coverage-" + (epoch.epoch() + 1),
                LEFT + width(),
                y,
                epochs + ": what trains",
                epoch.description(),
                shapes);
    }

    private void addColumnNames() {
        y += ROW;
        for (String component : components) {
            shapes.add(Svg.label(x(component) + (CELL - GAP) / 2, y - LABEL_GAP / 2, Anchor.MIDDLE, component));
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
        shapes.add(Svg.label(LEFT - LABEL_GAP, y + (ROW - GAP) / 2 + BASELINE, Anchor.END, name));
    }

    private void addCell(double x, double width, Coverage coverage, String name) {
        double height = ROW - GAP;
        shapes.add(Svg.rectangle(x, y, width, height, name + ": " + word(coverage))
                .with("class", coverage == Coverage.WHOLE ? "trained" : "frozen"));
        if (coverage == Coverage.PART) {
            shapes.add(Svg.polygon(new Point(x, y), new Point(x, y + height), new Point(x + width, y + height))
                    .with("class", "trained"));
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
