package org.modernbert4j.backend.cpu;

import java.util.Arrays;
import java.util.function.UnaryOperator;

/** Gradients of functions in double precision, by central differences. */
final class Slopes {
    /** The error goes with its square, 1e-8 here, and with 1e-16 through it, 1e-12: far below float32. */
    private static final double STEP = 1e-4;

    private Slopes() {}

    /** The gradient of the sum of {@code weights * function(x)} with respect to x. */
    static double[] of(UnaryOperator<double[]> function, double[] x, double[] weights) {
        double[] moved = x.clone();
        double[] slopes = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            moved[i] = x[i] + STEP;
            double above = dot(function.apply(moved), weights);
            moved[i] = x[i] - STEP;
            double below = dot(function.apply(moved), weights);
            moved[i] = x[i];
            slopes[i] = (above - below) / (2 * STEP);
        }
        return slopes;
    }

    private static double dot(double[] a, double[] b) {
        double[] products = new double[a.length];
        Arrays.setAll(products, i -> a[i] * b[i]);
        return Arrays.stream(products).sum();
    }
}
