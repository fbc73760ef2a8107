package org.modernbert4j.ops.kernel;

import java.nio.FloatBuffer;

/**
 * Layer normalisation over the last dimension (Ba, Kiros and Hinton 2016): {@code y = (x - mean) / sqrt(variance + eps) * gamma
 * + beta}. Mean and variance are computed again in the backward pass instead of being kept.
 */
public final class LayerNormKernel {
    private LayerNormKernel() {}

    /** What normalises a row. */
    private record Moments(float mean, float inverseDeviation) {
        static Moments of(float[] x, double eps) {
            double sum = 0;
            for (float value : x) {
                sum += value;
            }
            double mean = sum / x.length;
            double squares = 0;
            for (float value : x) {
                squares += (value - mean) * (value - mean);
            }
            return new Moments((float) mean, (float) (1 / Math.sqrt(squares / x.length + eps)));
        }
    }

    /**
     * Computes the result.
     *
     * @param x {@code [rows, width]}
     * @param gamma {@code [width]}
     * @param beta {@code [width]}, or null for none
     * @param y {@code [rows, width]}
     * @param eps added to the variance
     */
    public static void forward(
            Workers workers,
            FloatBuffer x,
            FloatBuffer gamma,
            FloatBuffer beta,
            FloatBuffer y,
            int rows,
            int width,
            double eps) {
        float[] scale = array(gamma, width);
        float[] shift = beta == null ? new float[width] : array(beta, width);
        workers.split(rows, (scratch, from, to) -> {
            float[] values = new float[width];
            for (int row = from; row < to; row++) {
                x.get(row * width, values);
                Moments moments = Moments.of(values, eps);
                normalise(values, moments.mean, moments.inverseDeviation, scale, shift);
                y.put(row * width, values);
            }
        });
    }

    /**
     * Computes the gradient of the input.
     *
     * @param dy {@code [rows, width]}
     * @param x {@code [rows, width]}, the input of the forward pass
     * @param gamma {@code [width]}
     * @param dx {@code [rows, width]}
     * @param eps added to the variance
     */
    public static void inputGradient(
            Workers workers,
            FloatBuffer dy,
            FloatBuffer x,
            FloatBuffer gamma,
            FloatBuffer dx,
            int rows,
            int width,
            double eps) {
        float[] scale = array(gamma, width);
        workers.split(rows, (scratch, from, to) -> {
            float[] values = new float[width];
            float[] gradient = new float[width];
            for (int row = from; row < to; row++) {
                x.get(row * width, values);
                dy.get(row * width, gradient);
                Moments moments = Moments.of(values, eps);
                backward(gradient, values, moments.mean, moments.inverseDeviation, scale);
                dx.put(row * width, gradient);
            }
        });
    }

    /**
     * Computes the gradient of gamma.
     *
     * @param dy {@code [rows, width]}
     * @param x {@code [rows, width]}, the input of the forward pass
     * @param dGamma {@code [width]}
     * @param eps added to the variance
     */
    public static void gammaGradient(
            Workers workers, FloatBuffer dy, FloatBuffer x, FloatBuffer dGamma, int rows, int width, double eps) {
        float[] means = new float[rows];
        float[] inverseDeviations = new float[rows];
        workers.split(rows, (scratch, from, to) -> {
            float[] values = new float[width];
            for (int row = from; row < to; row++) {
                x.get(row * width, values);
                Moments moments = Moments.of(values, eps);
                means[row] = moments.mean;
                inverseDeviations[row] = moments.inverseDeviation;
            }
        });
        workers.split(width, (scratch, from, to) -> {
            float[] values = new float[to - from];
            float[] gradient = new float[to - from];
            double[] sum = new double[to - from];
            for (int row = 0; row < rows; row++) {
                x.get(row * width + from, values);
                dy.get(row * width + from, gradient);
                float mean = means[row];
                float inverseDeviation = inverseDeviations[row];
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += gradient[i] * ((values[i] - mean) * inverseDeviation);
                }
            }
            for (int i = 0; i < sum.length; i++) {
                dGamma.put(from + i, (float) sum[i]);
            }
        });
    }

    private static void normalise(float[] values, float mean, float inverseDeviation, float[] gamma, float[] beta) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (values[i] - mean) * inverseDeviation * gamma[i] + beta[i];
        }
    }

    /** Turns the gradient of a normalised row, in place, into the gradient of the row. */
    private static void backward(float[] gradient, float[] values, float mean, float inverseDeviation, float[] gamma) {
        double sum = 0;
        double product = 0;
        for (int i = 0; i < values.length; i++) {
            float scaled = gradient[i] * gamma[i];
            sum += scaled;
            product += scaled * ((values[i] - mean) * inverseDeviation);
        }
        float meanGradient = (float) (sum / values.length);
        float meanProduct = (float) (product / values.length);
        for (int i = 0; i < values.length; i++) {
            float normal = (values[i] - mean) * inverseDeviation;
            gradient[i] = (gradient[i] * gamma[i] - meanGradient - normal * meanProduct) * inverseDeviation;
        }
    }

    private static float[] array(FloatBuffer buffer, int length) {
        float[] array = new float[length];
        buffer.get(0, array);
        return array;
    }
}
