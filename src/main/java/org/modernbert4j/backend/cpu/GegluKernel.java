package org.modernbert4j.backend.cpu;

import com.google.auto.service.AutoService;
import java.nio.FloatBuffer;
import java.util.Map;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.nd4j.NdArray;

/** The gated linear unit with the exact, erf GELU (Shazeer 2020): {@code y = gelu(a) * b} with {@code a} and {@code b} side by side. */
@AutoService(CpuKernels.class)
public final class GegluKernel implements CpuKernels {
    @Override
    public Map<String, CpuKernel> byOp() {
        return Map.of("modernbert_geglu", GegluKernel::forward, "modernbert_geglu_dx", GegluKernel::inputGradient);
    }

    private static void forward(CpuContext cpu, OpCall call, NdArray[] in, NdArray[] out) {
        forward(cpu.workers(), in[0].floats(), out[0].floats(), out[0].rows(), out[0].columns());
    }

    private static void inputGradient(CpuContext cpu, OpCall call, NdArray[] in, NdArray[] out) {
        inputGradient(cpu.workers(), in[0].floats(), in[1].floats(), out[0].floats(), in[0].rows(), in[0].columns());
    }

    /**
     * Computes the result.
     *
     * @param ab {@code [rows, 2 * width]}: a, then b
     * @param y {@code [rows, width]}
     */
    public static void forward(Workers workers, FloatBuffer ab, FloatBuffer y, int rows, int width) {
        workers.split(rows, (scratch, from, to) -> {
            float[] a = scratch.array(0, width);
            float[] b = scratch.array(1, width);
            float[] cdf = scratch.array(2, width);
            float[] density = scratch.array(3, width);
            for (int row = from; row < to; row++) {
                ab.get(row * 2 * width, a, 0, width);
                ab.get(row * 2 * width + width, b, 0, width);
                RowMath.FASTEST.normal(a, width, cdf, density);
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

    /**
     * Computes the gradient of the input.
     *
     * @param dy {@code [rows, width]}
     * @param ab {@code [rows, 2 * width]}, the input of the forward pass
     * @param dab {@code [rows, 2 * width]}
     */
    public static void inputGradient(
            Workers workers, FloatBuffer dy, FloatBuffer ab, FloatBuffer dab, int rows, int width) {
        workers.split(rows, (scratch, from, to) -> {
            float[] a = scratch.array(0, width);
            float[] b = scratch.array(1, width);
            float[] cdf = scratch.array(2, width);
            float[] density = scratch.array(3, width);
            float[] gradient = scratch.array(4, width);
            for (int row = from; row < to; row++) {
                ab.get(row * 2 * width, a, 0, width);
                ab.get(row * 2 * width + width, b, 0, width);
                dy.get(row * width, gradient, 0, width);
                RowMath.FASTEST.normal(a, width, cdf, density);
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
