package org.modernbert4j.backend.cpu;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.nd4j.NdArray;

/**
 * Layer normalisation over the last dimension (Ba, Kiros and Hinton 2016): {@code y = (x - mean) / sqrt(variance + eps) * gamma
 * + beta}. The backward pass computes mean and variance again instead of keeping them.
 */
final class LayerNormKernel {
    /** Rows whose products one worker adds up. */
    private static final int GROUP = 64;

    private LayerNormKernel() {}

    /** Normalises a row. Returns the inverse of its standard deviation. */
    private static float normalise(float[] x, int width, double eps) {
        float mean = RowMath.fastest().sum(x, width) / width;
        double variance = RowMath.fastest().squaredDistance(x, width, mean) / (double) width;
        float inverseDeviation = (float) (1 / Math.sqrt(variance + eps));
        normalise(x, width, mean, inverseDeviation);
        return inverseDeviation;
    }

    static void forward(CpuBackend cpu, OpCall call, NdArray[] in, NdArray[] out) {
        FloatBuffer x = in[0].floats(); // [rows, width]
        FloatBuffer gamma = in[1].floats(); // [width]
        FloatBuffer beta = in.length > 2 ? in[2].floats() : null; // [width]
        FloatBuffer y = out[0].floats(); // [rows, width]
        int width = in[0].columns();
        double eps = call.numbers()[0];
        cpu.workers.split(in[0].rows(), (scratch, from, to) -> {
            float[] scale = copy(gamma, scratch.array(0, width), width);
            float[] shift = beta == null ? null : copy(beta, scratch.array(1, width), width);
            float[] values = scratch.array(2, width);
            for (int row = from; row < to; row++) {
                x.get(row * width, values, 0, width);
                normalise(values, width, eps);
                scale(values, scale, width);
                if (shift != null) {
                    RowMath.add(values, 0, shift, width);
                }
                y.put(row * width, values, 0, width);
            }
        });
    }

    static void inputGradient(CpuBackend cpu, OpCall call, NdArray[] in, NdArray[] out) {
        FloatBuffer dy = in[0].floats(); // [rows, width]
        FloatBuffer x = in[1].floats(); // [rows, width], the input of the forward pass
        FloatBuffer gamma = in[2].floats(); // [width]
        FloatBuffer otherGradient = in.length > 3 ? in[3].floats() : null; // [rows, width], from the other use of x
        FloatBuffer dx = out[0].floats(); // [rows, width]
        int width = in[0].columns();
        double eps = call.numbers()[0];
        cpu.workers.split(in[0].rows(), (scratch, from, to) -> {
            float[] scale = copy(gamma, scratch.array(0, width), width);
            float[] values = scratch.array(1, width);
            float[] gradient = scratch.array(2, width);
            for (int row = from; row < to; row++) {
                x.get(row * width, values, 0, width);
                dy.get(row * width, gradient, 0, width);
                float inverseDeviation = normalise(values, width, eps);
                scale(gradient, scale, width);
                float meanGradient = RowMath.fastest().sum(gradient, width) / width;
                float meanProduct = RowMath.fastest().dot(gradient, values, 0, width) / width;
                backward(gradient, values, width, meanGradient, meanProduct, inverseDeviation);
                if (otherGradient != null) {
                    otherGradient.get(row * width, values, 0, width);
                    RowMath.add(gradient, 0, values, width);
                }
                dx.put(row * width, gradient, 0, width);
            }
        });
    }

    static void gammaGradient(CpuBackend cpu, OpCall call, NdArray[] in, NdArray[] out) {
        FloatBuffer dy = in[0].floats(); // [rows, width]
        FloatBuffer x = in[1].floats(); // [rows, width], the input of the forward pass
        FloatBuffer dGamma = out[0].floats(); // [width]
        int rows = in[0].rows();
        int width = in[0].columns();
        double eps = call.numbers()[0];
        int groups = (rows + GROUP - 1) / GROUP;
        synchronized (cpu.workers) {
            float[] sums = cpu.workers.shared().array(0, groups * width); // [groups, width]
            cpu.workers.each(groups, (scratch, group) -> {
                float[] values = scratch.array(0, width);
                float[] gradient = scratch.array(1, width);
                float[] sum = zeros(scratch.array(2, width), width);
                float[] excess = zeros(scratch.array(3, width), width);
                for (int row = group * GROUP; row < Math.min(rows, (group + 1) * GROUP); row++) {
                    x.get(row * width, values, 0, width);
                    dy.get(row * width, gradient, 0, width);
                    normalise(values, width, eps);
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

    /** Kahan's compensated sum, because the terms of a gradient nearly cancel one another. */
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
