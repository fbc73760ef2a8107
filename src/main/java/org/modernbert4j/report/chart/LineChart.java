package org.modernbert4j.report.chart;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.modernbert4j.Numbers;
import org.modernbert4j.freeze.Phase;
import org.modernbert4j.report.markup.Markup.Element;
import org.modernbert4j.report.markup.Svg;
import org.modernbert4j.report.markup.Svg.Anchor;
import org.modernbert4j.report.markup.Svg.Point;

/** Draws how a metric goes from epoch to epoch, and below it how much trained. */
public final class LineChart {
    private static final double WIDTH = 360;
    private static final double LEFT = 46;
    private static final double RIGHT = WIDTH - 4;
    private static final double TOP = 26;
    private static final double BOTTOM = 186;
    private static final double EPOCHS_AT = BOTTOM + 21;
    private static final double STRIP = BOTTOM + 30;
    private static final double STRIP_HEIGHT = 20;
    private static final double SHARES_AT = STRIP + STRIP_HEIGHT + 13;
    private static final double HEIGHT = SHARES_AT + 5;
    private static final double LABEL_GAP = 7;

    /** From the base line of small letters to the middle of them. */
    private static final double BASELINE = 3.5;

    private static final double MARK = 3.2;
    private static final int MOST_EPOCH_LABELS = 12;
    private static final double NARROWEST_SHARE = 44;

    /**
     * A metric.
     *
     * @param id of its drawing
     * @param title what readers call it
     * @param limit what it never exceeds; may be infinite
     */
    public record Metric(String id, String title, double limit) {}

    /**
     * The metric at some point of a run.
     *
     * @param epoch that it belongs to, from 1
     * @param train its value for the training texts, not negative; not drawn where it is not finite
     * @param validation its value for the validation texts, likewise
     */
    public record Value(int epoch, double train, double validation) {}

    private final Metric metric;
    private final List<Value> values;
    private final List<Phase> phases;
    private final Axis axis;
    private final double column;

    private LineChart(Metric metric, List<Value> values, List<Phase> phases) {
        this.metric = metric;
        this.values = values;
        this.phases = phases;
        axis = Axis.around(
                Stream.<ToDoubleFunction<Value>>of(Value::train, Value::validation)
                        .flatMapToDouble(of -> values.stream().mapToDouble(of)),
                metric.limit());
        column = (RIGHT - LEFT) / values.size();
    }

    /**
     * Draws a metric.
     *
     * @param values in the order of the run, at least one
     * @param phases of the epochs that ran
     */
    public static Element of(Metric metric, List<Value> values, List<Phase> phases) {
        return new LineChart(metric, values, phases).draw();
    }

    private Element draw() {
        List<Element> shapes = new ArrayList<>();
        addPhases(shapes);
        addGrid(shapes);
        addEpochs(shapes);
        addLine(shapes, "train", Value::train);
        addLine(shapes, "validation", Value::validation);
        addLegend(shapes);
        return Svg.drawing(metric.id(), WIDTH, HEIGHT, metric.title() + " by epoch", description(), shapes);
    }

    private String description() {
        return values.stream()
                .map(value -> "Epoch %s: train %s, validation %s."
                        .formatted(value.epoch(), Numbers.metric(value.train()), Numbers.metric(value.validation())))
                .collect(Collectors.joining(" "));
    }

    /** A strip below the plot with the share that trains; lines in the plot where it changes. */
    private void addPhases(List<Element> shapes) {
        for (Phase phase : phases) {
            int[] inPhase = IntStream.range(0, values.size())
                    .filter(i -> phase.contains(values.get(i).epoch() - 1))
                    .toArray();
            if (inPhase.length > 0) {
                addPhase(shapes, phase, left(inPhase[0]), column * inPhase.length);
            }
        }
        shapes.add(Svg.label(LEFT - LABEL_GAP, STRIP + STRIP_HEIGHT / 2 + BASELINE, Anchor.END, "trains"));
    }

    private static void addPhase(List<Element> shapes, Phase phase, double from, double width) {
        double share = phase.first().share();
        String tip = phase.title() + ": " + phase.first().description() + " (" + Numbers.percent(share) + ")";
        double inset = Math.min(1, width / 4);
        double height = STRIP_HEIGHT * share;
        shapes.add(Svg.rectangle(from + inset, STRIP, width - 2 * inset, STRIP_HEIGHT, tip)
                .with("class", "strip"));
        shapes.add(Svg.rectangle(from + inset, STRIP + STRIP_HEIGHT - height, width - 2 * inset, height, tip)
                .with("class", "trained"));
        if (width >= NARROWEST_SHARE) {
            shapes.add(Svg.label(from + width / 2, SHARES_AT, Anchor.MIDDLE, Numbers.percent(share)));
        }
        if (from > LEFT) {
            shapes.add(Svg.line(from, TOP, from, BOTTOM).with("class", "change"));
        }
    }

    private void addGrid(List<Element> shapes) {
        for (double tick : axis.ticks()) {
            double y = y(tick);
            shapes.add(Svg.line(LEFT, y, RIGHT, y).with("class", "grid"));
            shapes.add(Svg.label(LEFT - LABEL_GAP, y + BASELINE, Anchor.END, axis.label(tick)));
        }
    }

    private void addEpochs(List<Element> shapes) {
        int every = (values.size() - 1) / MOST_EPOCH_LABELS + 1;
        for (int i = 0; i < values.size(); i += every) {
            String epoch = Integer.toString(values.get(i).epoch());
            shapes.add(Svg.label(middle(i), EPOCHS_AT, Anchor.MIDDLE, epoch));
        }
        shapes.add(Svg.label(LEFT - LABEL_GAP, EPOCHS_AT, Anchor.END, "epoch"));
    }

    private void addLine(List<Element> shapes, String texts, ToDoubleFunction<Value> of) {
        int[] finite = IntStream.range(0, values.size())
                .filter(i -> Double.isFinite(of.applyAsDouble(values.get(i))))
                .toArray();
        if (finite.length > 1) {
            List<Point> points =
                    Arrays.stream(finite).mapToObj(i -> point(i, of)).toList();
            shapes.add(Svg.polyline(points).with("class", texts));
        }
        for (int i : finite) {
            Value value = values.get(i);
            String tip = "%s, epoch %s: %s".formatted(texts, value.epoch(), Numbers.metric(of.applyAsDouble(value)));
            shapes.add(Svg.circle(point(i, of), MARK, tip).with("class", texts));
        }
    }

    private void addLegend(List<Element> shapes) {
        addLegend(shapes, "train", LEFT);
        addLegend(shapes, "validation", LEFT + 66);
    }

    private static void addLegend(List<Element> shapes, String texts, double x) {
        double y = 10;
        shapes.add(Svg.polyline(List.of(new Point(x, y), new Point(x + 22, y))).with("class", texts));
        shapes.add(Svg.circle(new Point(x + 11, y), MARK, "").with("class", texts));
        shapes.add(Svg.label(x + 28, y + BASELINE, Anchor.START, texts));
    }

    private Point point(int index, ToDoubleFunction<Value> of) {
        return new Point(middle(index), y(of.applyAsDouble(values.get(index))));
    }

    private double left(int index) {
        return LEFT + column * index;
    }

    private double middle(int index) {
        return left(index) + column / 2;
    }

    private double y(double value) {
        return BOTTOM - (BOTTOM - TOP) * axis.position(value);
    }
}
