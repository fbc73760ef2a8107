package org.modernbert4j.backend.cpu;

import com.google.auto.service.AutoService;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.nd4j.NdArray;

/**
 * Layer normalisation over the last dimension (Ba, Kiros and Hinton 2016): {@code y = (x - mean) / sqrt(variance + eps) * gamma
 * + beta}. Mean and variance are computed again in the backward pass instead of being kept.
 */
@AutoService(CpuKernels.class)
public final class LayerNormKernel implements CpuKernels {
    /** Rows whose products are summed by one worker. */
    private static final int GROUP = 64;

    @Override
    public Map<String, CpuKernel> byOp() {
        return Map.of(
                "modernbert_layer_norm", LayerNormKernel::forward,
                "modernbert_layer_norm_fork", LayerNormKernel::forward,
                "modernbert_layer_norm_dx", LayerNormKernel::inputGradient,
                "modernbert_layer_norm_dgamma", LayerNormKernel::gammaGradient);
    }

    private static void forward(CpuContext cpu, OpCall call, NdArray[] in, NdArray[] out) {
        forward(
                cpu.workers(),
                in[0].floats(),
                in[1].floats(),
                in.length > 2 ? in[2].floats() : null,
                out[0].floats(),
                in[0].rows(),
                in[0].columns(),
                call.numbers()[0]);
    }

    private static void inputGradient(CpuContext cpu, OpCall call, NdArray[] in, NdArray[] out) {
        inputGradient(
                cpu.workers(),
                in[0].floats(),
                in[1].floats(),
                in[2].floats(),
                in.length > 3 ? in[3].floats() : null,
                out[0].floats(),
                in[0].rows(),
                in[0].columns(),
                call.numbers()[0]);
    }

    private static void gammaGradient(CpuContext cpu, OpCall call, NdArray[] in, NdArray[] out) {
        gammaGradient(
                cpu.workers(),
                in[0].floats(),
                in[1].floats(),
                out[0].floats(),
                in[0].rows(),
                in[0].columns(),
                call.numbers()[0]);
    }

    /** The numbers that normalise a row. */
    private record Moments(float mean, float inverseDeviation) {
        static Moments of(float[] x, int width, double eps) {
            float mean = RowMath.FASTEST.sum(x, width) / width;
            double variance = RowMath.FASTEST.squaredDistance(x, width, mean) / (double) width;
            return new Moments(mean, (float) (1 / Math.sqrt(variance + eps)));
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
        workers.split(rows, (scratch, from, to) -> {
            float[] scale = copy(gamma, scratch.array(0, width), width);
            float[] shift = beta == null ? null : copy(beta, scratch.array(1, width), width);
            float[] values = scratch.array(2, width);
            for (int row = from; row < to; row++) {
                x.get(row * width, values, 0, width);
                Moments moments = Moments.of(values, width, eps);
                normalise(values, width, moments.mean, moments.inverseDeviation);
                scale(values, scale, width);
                if (shift != null) {
                    shift(values, shift, width);
                }
                y.put(row * width, values, 0, width);
            }
        });
    }

    /**
     * Computes the gradient of the input.
     *
     * @param dy {@code [rows, width]}
     * @param x {@code [rows, width]}, the input of the forward pass
     * @param gamma {@code [width]}
     * @param besides {@code [rows, width]}, what other uses of x add to its gradient, or null for none
     * @param dx {@code [rows, width]}
     * @param eps added to the variance
     */
    public static void inputGradient(
            Workers workers,
            FloatBuffer dy,
            FloatBuffer x,
            FloatBuffer gamma,
            FloatBuffer besides,
            FloatBuffer dx,
            int rows,
            int width,
            double eps) {
        workers.split(rows, (scratch, from, to) -> {
            float[] scale = copy(gamma, scratch.array(0, width), width);
            float[] values = scratch.array(1, width);
            float[] gradient = scratch.array(2, width);
            for (int row = from; row < to; row++) {
                x.get(row * width, values, 0, width);
                dy.get(row * width, gradient, 0, width);
                Moments moments = Moments.of(values, width, eps);
                normalise(values, width, moments.mean, moments.inverseDeviation);
                scale(gradient, scale, width);
                float meanGradient = RowMath.FASTEST.sum(gradient, width) / width;
                float meanProduct = RowMath.FASTEST.dot(gradient, values, 0, width) / width;
                backward(gradient, values, width, meanGradient, meanProduct, moments.inverseDeviation);
                if (besides != null) {
                    besides.get(row * width, values, 0, width);
                    shift(gradient, values, width);
                }
                dx.put(row * width, gradient, 0, width);
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
        int groups = (rows + GROUP - 1) / GROUP;
        synchronized (workers) {
            float[] sums = workers.shared().array(0, groups * width); // [groups, width]
            workers.each(groups, (scratch, group) -> {
                float[] values = scratch.array(0, width);
                float[] gradient = scratch.array(1, width);
                float[] sum = zeros(scratch.array(2, width), width);
                float[] excess = zeros(scratch.array(3, width), width);
                for (int row = group * GROUP; row < Math.min(rows, (group + 1) * GROUP); row++) {
                    x.get(row * width, values, 0, width);
                    dy.get(row * width, gradient, 0, width);
                    Moments moments = Moments.of(values, width, eps);
                    normalise(values, width, moments.mean, moments.inverseDeviation);
                    addProduct(sum, excess, gradient, values, width);
                }
                System.arraycopy(sum, 0, sums, group * width, width);
            });
            for (int i = 0; i < width; i++) {
                double sum = 0;
                for (int group = 0; group < groups; group++) {
                    sum += sums[group * width + i];
                }
                dGamma.put(i, (float) sum);
            }
        }
    }

    private static float[] zeros(float[] array, int count) {
        Arrays.fill(array, 0, count, 0);
        return array;
    }

    private static void normalise(float[] values, int width, float mean, float inverseDeviation) {
        for (int i = 0; i < width; i++) {
            values[i] = (values[i] - mean) * inverseDeviation;
        }
    }

    private static void scale(float[] values, float[] factors, int width) {
        for (int i = 0; i < width; i++) {
            values[i] *= factors[i];
        }
    }

    private static void shift(float[] values, float[] summands, int width) {
        for (int i = 0; i < width; i++) {
            values[i] += summands[i];
        }
    }

    private static void backward(
            float[] gradient,
            float[] normal,
            int width,
            float meanGradient,
            float meanProduct,
            float inverseDeviation) {
        for (int i = 0; i < width; i++) {
            gradient[i] = (gradient[i] - meanGradient - normal[i] * meanProduct) * inverseDeviation;
        }
    }

    /** Kahan's compensated sum: the terms of a gradient nearly cancel one another. */
    private static void addProduct(float[] sum, float[] excess, float[] a, float[] b, int width) {
        for (int i = 0; i < width; i++) {
            float term = a[i] * b[i] - excess[i];
            float larger = sum[i] + term;
            excess[i] = (larger - sum[i]) - term;
            sum[i] = larger;
        }
    }

    private static float[] copy(FloatBuffer buffer, float[] array, int length) {
        buffer.get(0, array, 0, length);
        return array;
    }
}
