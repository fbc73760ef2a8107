package org.modernbert4j.ops.kernel;

import java.nio.FloatBuffer;

/** The gated linear unit with the exact, erf GELU (Shazeer 2020): {@code y = gelu(a) * b} with {@code a} and {@code b} side by side. */
public final class GegluKernel {
    private GegluKernel() {}

    /**
     * Computes the result.
     *
     * @param ab {@code [rows, 2 * width]}: a, then b
     * @param y {@code [rows, width]}
     */
    public static void forward(Workers workers, FloatBuffer ab, FloatBuffer y, int rows, int width) {
        workers.split(rows, (scratch, from, to) -> {
            float[] a = new float[width];
            float[] b = new float[width];
            for (int row = from; row < to; row++) {
                ab.get(row * 2 * width, a);
                ab.get(row * 2 * width + width, b);
                for (int i = 0; i < width; i++) {
                    a[i] = a[i] * FloatMath.normalCdf(a[i], FloatMath.gaussian(a[i])) * b[i];
                }
                y.put(row * width, a);
            }
        });
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
            float[] a = new float[width];
            float[] b = new float[width];
            float[] gradient = new float[width];
            for (int row = from; row < to; row++) {
                ab.get(row * 2 * width, a);
                ab.get(row * 2 * width + width, b);
                dy.get(row * width, gradient);
                for (int i = 0; i < width; i++) {
                    float gaussian = FloatMath.gaussian(a[i]);
                    float normalCdf = FloatMath.normalCdf(a[i], gaussian);
                    float da = gradient[i] * b[i] * FloatMath.geluDerivative(a[i], gaussian, normalCdf);
                    b[i] = gradient[i] * a[i] * normalCdf;
                    a[i] = da;
                }
                dab.put(row * 2 * width, a);
                dab.put(row * 2 * width + width, b);
            }
        });
    }
}
