package org.modernbert4j.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.modernbert4j.Numbers;
import org.modernbert4j.freeze.Phase;
import org.modernbert4j.report.Svg.Point;

/** Draws how a metric goes from epoch to epoch, and below it how much trained. */
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

    /** A metric: the id of its drawing, its title, and a limit that it never exceeds, which may be infinite. */
    record Metric(String id, String title, double limit) {}

    /** The metric in an epoch, from 1, for the training and the validation texts. A value that is not finite is not drawn. */
    record Value(int epoch, double train, double validation) {}

    private final Metric metric;
    private final List<Value> values;
    private final List<Phase> phases;
    private final Axis axis;
    private final double column;
    private final List<Element> shapes = new ArrayList<>();

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
    static Element of(Metric metric, List<Value> values, List<Phase> phases) {
        return new LineChart(metric, values, phases).draw();
    }

    private Element draw() {
        addPhases();
        addGrid();
        addEpochs();
        addLine("train", Value::train);
        addLine("validation", Value::validation);
        addLegend();
        return Svg.drawing(metric.id(), WIDTH, HEIGHT, metric.title() + " by epoch", description(), shapes);
    }

    private String description() {
        return values.stream()
                .map(value -> "Epoch %s: train %s, validation %s."
                        .formatted(value.epoch(), Numbers.metric(value.train()), Numbers.metric(value.validation())))
                .collect(Collectors.joining(" "));
    }

    /** A strip below the plot with the share that trains; lines in the plot where it changes. */
    private void addPhases() {
        for (Phase phase : phases) {
            int[] inPhase = IntStream.range(0, values.size())
                    .filter(i -> phase.contains(values.get(i).epoch() - 1))
                    .toArray();
            if (inPhase.length > 0) {
                addPhase(phase, left(inPhase[0]), column * inPhase.length);
            }
        }
        shapes.add(Svg.label(LEFT - LABEL_GAP, STRIP + STRIP_HEIGHT / 2 + BASELINE, "end", "trains"));
    }

    private void addPhase(Phase phase, double from, double width) {
        double share = phase.first().share();
        String tip = phase.title() + ": " + phase.first().description() + " (" + Numbers.percent(share) + ")";
        double inset = Math.min(1, width / 4);
        double height = STRIP_HEIGHT * share;
        shapes.add(Svg.rectangle(from + inset, STRIP, width - 2 * inset, STRIP_HEIGHT, tip)
                .withClass("strip"));
        shapes.add(Svg.rectangle(from + inset, STRIP + STRIP_HEIGHT - height, width - 2 * inset, height, tip)
                .withClass("trained"));
        if (width >= NARROWEST_SHARE) {
            shapes.add(Svg.label(from + width / 2, SHARES_AT, "middle", Numbers.percent(share)));
        }
        if (from > LEFT) {
            shapes.add(Svg.line(from, TOP, from, BOTTOM).withClass("change"));
        }
    }

    private void addGrid() {
        for (double tick : axis.ticks()) {
            double y = y(tick);
            shapes.add(Svg.line(LEFT, y, RIGHT, y).withClass("grid"));
            shapes.add(Svg.label(LEFT - LABEL_GAP, y + BASELINE, "end", axis.label(tick)));
        }
    }

    private void addEpochs() {
        int every = (values.size() - 1) / MOST_EPOCH_LABELS + 1;
        for (int i = 0; i < values.size(); i += every) {
            String epoch = Integer.toString(values.get(i).epoch());
            shapes.add(Svg.label(middle(i), EPOCHS_AT, "middle", epoch));
        }
        shapes.add(Svg.label(LEFT - LABEL_GAP, EPOCHS_AT, "end", "epoch"));
    }

    private void addLine(String texts, ToDoubleFunction<Value> of) {
        int[] finite = IntStream.range(0, values.size())
                .filter(i -> Double.isFinite(of.applyAsDouble(values.get(i))))
                .toArray();
        if (finite.length > 1) {
            List<Point> points =
                    Arrays.stream(finite).mapToObj(i -> point(i, of)).toList();
            shapes.add(Svg.polyline(points).withClass(texts));
        }
        for (int i : finite) {
            Value value = values.get(i);
            String tip = "%s, epoch %s: %s".formatted(texts, value.epoch(), Numbers.metric(of.applyAsDouble(value)));
            shapes.add(Svg.circle(point(i, of), MARK, tip).withClass(texts));
        }
    }

    private void addLegend() {
        addLegend("train", LEFT);
        addLegend("validation", LEFT + 66);
    }

    private void addLegend(String texts, double x) {
        double y = 10;
        shapes.add(Svg.polyline(List.of(new Point(x, y), new Point(x + 22, y))).withClass(texts));
        shapes.add(Svg.circle(new Point(x + 11, y), MARK, "").withClass(texts));
        shapes.add(Svg.label(x + 28, y + BASELINE, texts));
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

    /**
     * Round numbers along the side of a chart.
     *
     * @param first number of steps from zero to the lower end
     * @param last number of steps from zero to the upper end
     * @param step from one to the next: 1, 2 or 5 times a power of ten
     */
    private record Axis(long first, long last, double step) {
        private static final double LEAST_SPAN = 0.02;
        private static final int STEPS = 4;

        /**
         * An axis that all the values fit on.
         *
         * @param values not negative; those that are not finite do not count
         * @param limit what no value exceeds
         */
        static Axis around(DoubleStream values, double limit) {
            var finite = values.filter(Double::isFinite).summaryStatistics();
            double low = finite.getCount() == 0 ? 0 : finite.getMin();
            double high = finite.getCount() == 0 ? 1 : finite.getMax();
            if (high - low < LEAST_SPAN) {
                double middle = (low + high) / 2;
                low = Math.max(0, middle - LEAST_SPAN);
                high = Math.min(limit, middle + LEAST_SPAN);
            }
            double step = round((high - low) / STEPS);
            return new Axis((long) Math.floor(low / step), (long) Math.ceil(high / step), step);
        }

        /** Where a value is between the ends, from 0 to 1. */
        double position(double value) {
            return (value / step - first) / (last - first);
        }

        /** The numbers to mark. */
        List<Double> ticks() {
            return LongStream.rangeClosed(first, last).mapToObj(i -> i * step).toList();
        }

        /** A tick with as many digits as tell it from the next. */
        String label(double tick) {
            return Numbers.fixed(tick, (int) Math.max(0, -Math.floor(Math.log10(step))));
        }

        private static double round(double step) {
            double power = Math.pow(10, Math.floor(Math.log10(step)));
            return DoubleStream.of(1, 2, 5)
                    .map(factor -> factor * power)
                    .filter(candidate -> candidate >= step)
                    .findFirst()
                    .orElse(10 * power);
        }
    }
}
