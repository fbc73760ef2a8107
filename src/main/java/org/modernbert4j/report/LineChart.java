package org.modernbert4j.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.modernbert4j.freeze.Phase;
import org.modernbert4j.report.Markup.Element;
import org.modernbert4j.report.Svg.Anchor;
import org.modernbert4j.report.Svg.Point;

/** Draws how a measure goes from epoch to epoch, and below it how much trained. */
final class LineChart {
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
     * A measure.
     *
     * @param id of its drawing
     * @param title what readers call it
     * @param limit what it never exceeds; may be infinite
     * @param train its value for the training texts
     * @param validation its value for the validation texts
     */
    record Measure(
            String id,
            String title,
            double limit,
            ToDoubleFunction<EpochResult> train,
            ToDoubleFunction<EpochResult> validation) {}

    private final RunSummary run;
    private final Measure measure;
    private final Axis axis;
    private final double column;

    private LineChart(RunSummary run, Measure measure) {
        this.run = run;
        this.measure = measure;
        this.axis = Axis.around(
                Stream.of(measure.train(), measure.validation())
                        .flatMapToDouble(of -> run.epochs().stream().mapToDouble(of)),
                measure.limit());
        this.column = (RIGHT - LEFT) / run.epochs().size();
    }

    static Element of(RunSummary run, Measure measure) {
        return new LineChart(run, measure).draw();
    }

    private Element draw() {
        List<Element> shapes = new ArrayList<>();
        addPhases(shapes);
        addGrid(shapes);
        addEpochs(shapes);
        addLine(shapes, "train", measure.train());
        addLine(shapes, "validation", measure.validation());
        addLegend(shapes);
        return Svg.drawing(measure.id(), WIDTH, HEIGHT, measure.title() + " by epoch", description(), shapes);
    }

    private String description() {
        return run.epochs().stream()
                .map(result -> "Epoch %s: train %s, validation %s."
                        .formatted(
                                result.epoch(),
                                Numbers.measure(measure.train().applyAsDouble(result)),
                                Numbers.measure(measure.validation().applyAsDouble(result))))
                .collect(Collectors.joining(" "));
    }

    /** A strip below the plot with the share that trains; lines in the plot where it changes. */
    private void addPhases(List<Element> shapes) {
        for (Phase phase : run.phases()) {
            double from = left(run.epochs().stream()
                    .filter(result -> phase.contains(result.epoch() - 1))
                    .findFirst()
                    .orElseThrow());
            double width = column
                    * run.epochs().stream()
                            .filter(result -> phase.contains(result.epoch() - 1))
                            .count();
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
        shapes.add(Svg.label(LEFT - LABEL_GAP, STRIP + STRIP_HEIGHT / 2 + BASELINE, Anchor.END, "trains"));
    }

    private void addGrid(List<Element> shapes) {
        for (double tick : axis.ticks()) {
            double y = y(tick);
            shapes.add(Svg.line(LEFT, y, RIGHT, y).with("class", "grid"));
            shapes.add(Svg.label(LEFT - LABEL_GAP, y + BASELINE, Anchor.END, axis.label(tick)));
        }
    }

    private void addEpochs(List<Element> shapes) {
        int every = (run.epochs().size() - 1) / MOST_EPOCH_LABELS + 1;
        IntStream.iterate(0, i -> i < run.epochs().size(), i -> i + every)
                .mapToObj(run.epochs()::get)
                .forEach(result -> shapes.add(
                        Svg.label(middle(result), EPOCHS_AT, Anchor.MIDDLE, Integer.toString(result.epoch()))));
        shapes.add(Svg.label(LEFT - LABEL_GAP, EPOCHS_AT, Anchor.END, "epoch"));
    }

    private void addLine(List<Element> shapes, String texts, ToDoubleFunction<EpochResult> value) {
        List<EpochResult> finite = run.epochs().stream()
                .filter(result -> Double.isFinite(value.applyAsDouble(result)))
                .toList();
        if (finite.size() > 1) {
            shapes.add(Svg.polyline(
                            finite.stream().map(result -> point(result, value)).toList())
                    .with("class", texts));
        }
        for (EpochResult result : finite) {
            String tip =
                    "%s, epoch %s: %s".formatted(texts, result.epoch(), Numbers.measure(value.applyAsDouble(result)));
            shapes.add(Svg.circle(point(result, value), MARK, tip).with("class", texts));
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

    private Point point(EpochResult result, ToDoubleFunction<EpochResult> value) {
        return new Point(middle(result), y(value.applyAsDouble(result)));
    }

    private double left(EpochResult result) {
        return LEFT + column * run.epochs().indexOf(result);
    }

    private double middle(EpochResult result) {
        return left(result) + column / 2;
    }

    private double y(double value) {
        return BOTTOM - (BOTTOM - TOP) * axis.position(value);
    }
}
