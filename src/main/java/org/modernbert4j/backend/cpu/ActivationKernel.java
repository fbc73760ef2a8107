package org.modernbert4j.backend.cpu;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.modernbert4j.backend.Activation;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.nd4j.NdArray;

/** An {@link Activation} of each element, row by row. */
final class ActivationKernel {
    private static final RowMath MATH = RowMath.fastest();

    private ActivationKernel() {}

    static void forward(CpuBackend cpu, OpCall call, NdArray[] in, NdArray[] out) {
        Activation function = Activation.of(call.integers()[0]);
        FloatBuffer x = in[0].floats(); // [rows, width]
        FloatBuffer y = out[0].floats(); // [rows, width]
        int width = in[0].columns();
        cpu.workers.split(in[0].rows(), (scratch, from, to) -> {
            float[] values = scratch.array(0, width);
            float[] factor = scratch.array(1, width);
            float[] density = scratch.array(2, width);
            for (int row = from; row < to; row++) {
                x.get(row * width, values, 0, width);
                switch (function) {
                    case GELU -> MATH.normal(values, width, factor, density);
                    case RELU -> step(values, factor, width);
                    case SILU -> {
                        System.arraycopy(values, 0, factor, 0, width);
                        MATH.sigmoid(factor, 0, width);
                    }
                    case TANH -> {
                        MATH.tanh(values, 0, width);
                        Arrays.fill(factor, 0, width, 1);
                    }
                }
                multiply(values, factor, width);
                y.put(row * width, values, 0, width);
            }
        });
    }

    static void inputGradient(CpuBackend cpu, OpCall call, NdArray[] in, NdArray[] out) {
        Activation function = Activation.of(call.integers()[0]);
        FloatBuffer dy = in[0].floats(); // [rows, width]
        FloatBuffer x = in[1].floats(); // [rows, width], the input of the forward pass
        FloatBuffer dx = out[0].floats(); // [rows, width]
        int width = in[1].columns();
        cpu.workers.split(in[1].rows(), (scratch, from, to) -> {
            float[] gradient = scratch.array(0, width);
            float[] values = scratch.array(1, width);
            float[] slope = scratch.array(2, width);
            float[] density = scratch.array(3, width);
            for (int row = from; row < to; row++) {
                x.get(row * width, values, 0, width);
                dy.get(row * width, gradient, 0, width);
                switch (function) {
                    case GELU -> {
                        MATH.normal(values, width, slope, density);
                        slopeOfGelu(slope, values, density, width);
                    }
                    case RELU -> step(values, slope, width);
                    case SILU -> {
                        System.arraycopy(values, 0, slope, 0, width);
                        MATH.sigmoid(slope, 0, width);
                        slopeOfSilu(slope, values, width);
                    }
                    case TANH -> {
                        MATH.tanh(values, 0, width);
                        slopeOfTanh(slope, values, width);
                    }
                }
                multiply(gradient, slope, width);
                dx.put(row * width, gradient, 0, width);
            }
        });
    }

    private static void step(float[] x, float[] step, int width) {
        for (int i = 0; i < width; i++) {
            step[i] = x[i] > 0 ? 1 : 0;
        }
    }

    private static void multiply(float[] values, float[] factors, int width) {
        for (int i = 0; i < width; i++) {
            values[i] *= factors[i];
        }
    }

    /** Turns the distribution function into the slope. */
    private static void slopeOfGelu(float[] cdf, float[] x, float[] density, int width) {
        for (int i = 0; i < width; i++) {
            cdf[i] += x[i] * density[i] * FloatMath.INVERSE_SQRT_2PI;
        }
    }

    /** Turns the sigmoid into the slope. */
    private static void slopeOfSilu(float[] sigmoid, float[] x, int width) {
        for (int i = 0; i < width; i++) {
            sigmoid[i] *= 1 + x[i] * (1 - sigmoid[i]);
        }
    }

    private static void slopeOfTanh(float[] slope, float[] tanh, int width) {
        for (int i = 0; i < width; i++) {
            slope[i] = 1 - tanh[i] * tanh[i];
        }
    }
}
