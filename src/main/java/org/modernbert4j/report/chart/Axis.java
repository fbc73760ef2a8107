package org.modernbert4j.report.chart;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.modernbert4j.Numbers;

/**
 * Round numbers along the side of a chart.
 *
 * @param first number of steps from zero to the lower end
 * @param last number of steps from zero to the upper end
 * @param step from one to the next: 1, 2 or 5 times a power of ten
 */
record Axis(long first, long last, double step) {
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
