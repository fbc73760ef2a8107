package org.modernbert4j.backend.cpu;

import java.nio.FloatBuffer;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.nd4j.NdArray;

/** The gated linear unit with the exact, erf GELU (Shazeer 2020): {@code y = gelu(a) * b} with {@code a} and {@code b} side by side. */
final class GegluKernel {
    private GegluKernel() {}

    static void forward(CpuBackend cpu, OpCall call, NdArray[] in, NdArray[] out) {
        FloatBuffer ab = in[0].floats(); // [rows, 2 * width]
        FloatBuffer y = out[0].floats(); // [rows, width]
        int width = out[0].columns();
        cpu.workers.split(out[0].rows(), (scratch, from, to) -> {
            float[] a = scratch.array(0, width);
            float[] b = scratch.array(1, width);
            float[] cdf = scratch.array(2, width);
            float[] density = scratch.array(3, width);
            for (int row = from; row < to; row++) {
                ab.get(row * 2 * width, a, 0, width);
                ab.get(row * 2 * width + width, b, 0, width);
                RowMath.fastest().normal(a, width, cdf, density);
                gate(a, b, cdf, width);
                y.put(row * width, a, 0, width);
            }
        });
    }

    private static void gate(float[] a, float[] b, float[] cdf, int width) {
        for (int i = 0; i < width; i++) {
            a[i] = a[i] * cdf[i] * b[i];
        }
    }

    static void inputGradient(CpuBackend cpu, OpCall call, NdArray[] in, NdArray[] out) {
        FloatBuffer dy = in[0].floats(); // [rows, width]
        FloatBuffer ab = in[1].floats(); // [rows, 2 * width], the input of the forward pass
        FloatBuffer dab = out[0].floats(); // [rows, 2 * width]
        int width = in[0].columns();
        cpu.workers.split(in[0].rows(), (scratch, from, to) -> {
            float[] a = scratch.array(0, width);
            float[] b = scratch.array(1, width);
            float[] cdf = scratch.array(2, width);
            float[] density = scratch.array(3, width);
            float[] gradient = scratch.array(4, width);
            for (int row = from; row < to; row++) {
                ab.get(row * 2 * width, a, 0, width);
                ab.get(row * 2 * width + width, b, 0, width);
                dy.get(row * width, gradient, 0, width);
                RowMath.fastest().normal(a, width, cdf, density);
                backward(a, b, cdf, density, gradient, width);
                dab.put(row * 2 * width, a, 0, width);
                dab.put(row * 2 * width + width, b, 0, width);
            }
        });
    }

    /** Turns a and b into their gradients. */
    private static void backward(float[] a, float[] b, float[] cdf, float[] density, float[] gradient, int width) {
        for (int i = 0; i < width; i++) {
            float da = gradient[i] * b[i] * (cdf[i] + a[i] * density[i] * FloatMath.INVERSE_SQRT_2PI);
            b[i] = gradient[i] * a[i] * cdf[i];
            a[i] = da;
        }
    }
}
