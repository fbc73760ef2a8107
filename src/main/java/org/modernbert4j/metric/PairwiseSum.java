package org.modernbert4j.metric;

/** Adds doubles in numpy's order, so that averages are scikit-learn's to the last bit. */
final class PairwiseSum {
    private static final int LANES = 8;
    private static final int BLOCK = 128;

    private PairwiseSum() {}

    static double of(double[] values) {
        return sum(values, 0, values.length);
    }

    private static double sum(double[] values, int from, int to) {
        int count = to - from;
        if (count > BLOCK) {
            int half = count / 2;
            int middle = from + half - half % LANES;
            return sum(values, from, middle) + sum(values, middle, to);
        }
        if (count < LANES) {
            return addTo(0, values, from, to);
        }
        double[] lane = new double[LANES];
        int end = from + count - count % LANES;
        for (int i = from; i < end; i++) {
            lane[(i - from) % LANES] += values[i];
        }
        double lanes = ((lane[0] + lane[1]) + (lane[2] + lane[3])) + ((lane[4] + lane[5]) + (lane[6] + lane[7]));
        return addTo(lanes, values, end, to);
    }

    private static double addTo(double start, double[] values, int from, int to) {
        double sum = start;
        for (int i = from; i < to; i++) {
            sum += values[i];
        }
        return sum;
    }
}
