package org.modernbert4j.backend.cpu;

import static org.modernbert4j.backend.cpu.Buffers.FLOAT_SUM;
import static org.modernbert4j.backend.cpu.Buffers.assertClose;
import static org.modernbert4j.backend.cpu.Buffers.doubles;
import static org.modernbert4j.backend.cpu.Buffers.input;
import static org.modernbert4j.backend.cpu.Buffers.output;
import static org.modernbert4j.backend.cpu.Buffers.random;
import static org.modernbert4j.backend.cpu.Buffers.run;
import static org.modernbert4j.backend.cpu.Buffers.values;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.nd4j.NdArray;

class LayerNormKernelTest {
    private static final double EPS = 1e-5;
    private static final CpuBackend CPU = new CpuBackend(2);

    @AfterAll
    static void close() {
        CPU.close();
    }

    private static double[] layerNorm(double[] x, double[] gamma, double[] beta) {
        int width = gamma.length;
        double[] y = new double[x.length];
        for (int start = 0; start < x.length; start += width) {
            double mean = 0;
            for (int i = 0; i < width; i++) {
                mean += x[start + i] / width;
            }
            double variance = 0;
            for (int i = 0; i < width; i++) {
                variance += (x[start + i] - mean) * (x[start + i] - mean) / width;
            }
            for (int i = 0; i < width; i++) {
                y[start + i] = (x[start + i] - mean) / Math.sqrt(variance + EPS) * gamma[i] + beta[i];
            }
        }
        return y;
    }

    private static FloatBuffer forward(FloatBuffer x, FloatBuffer gamma, FloatBuffer beta, double eps) {
        int width = gamma.limit();
        int rows = x.limit() / width;
        List<NdArray> in = new ArrayList<>(List.of(input(x, rows, width), input(gamma, width)));
        if (beta != null) {
            in.add(input(beta, width));
        }
        NdArray y = output(rows, width);
        run(CPU, new OpCall("modernbert_layer_norm", new long[0], new double[] {eps}), in, y);
        return values(y);
    }

    private static FloatBuffer inputGradient(FloatBuffer dy, FloatBuffer x, FloatBuffer gamma, FloatBuffer besides) {
        int width = gamma.limit();
        int rows = x.limit() / width;
        List<NdArray> in = new ArrayList<>(List.of(input(dy, rows, width), input(x, rows, width), input(gamma, width)));
        if (besides != null) {
            in.add(input(besides, rows, width));
        }
        NdArray dx = output(rows, width);
        run(CPU, new OpCall("modernbert_layer_norm_dx", new long[0], new double[] {EPS}), in, dx);
        return values(dx);
    }

    @ParameterizedTest
    @CsvSource({"1, 3", "2, 5", "7, 33", "300, 65"})
    void forwardEqualsTheDefinition(int rows, int width) {
        FloatBuffer x = random(rows * width, 1);
        FloatBuffer gamma = random(width, 2);
        FloatBuffer beta = random(width, 3);

        double[] expected = layerNorm(doubles(x), doubles(gamma), new double[width]);
        assertClose(expected, forward(x, gamma, null, EPS), FLOAT_SUM);

        expected = layerNorm(doubles(x), doubles(gamma), doubles(beta));
        assertClose(expected, forward(x, gamma, beta, EPS), FLOAT_SUM);
    }

    @ParameterizedTest
    @CsvSource({"1, 3", "2, 5", "7, 17"})
    void gradientsEqualTheSlopes(int rows, int width) {
        FloatBuffer dy = random(rows * width, 1);
        FloatBuffer x = random(rows * width, 2);
        FloatBuffer gamma = random(width, 3);
        double[] beta = new double[width];

        double[] slopes = Slopes.of(at -> layerNorm(at, doubles(gamma), beta), doubles(x), doubles(dy));
        assertClose(slopes, inputGradient(dy, x, gamma, null), FLOAT_SUM);

        FloatBuffer besides = random(rows * width, 4);
        for (int i = 0; i < slopes.length; i++) {
            slopes[i] += besides.get(i);
        }
        assertClose(slopes, inputGradient(dy, x, gamma, besides), FLOAT_SUM);

        NdArray dGamma = output(width);
        run(
                CPU,
                new OpCall("modernbert_layer_norm_dgamma", new long[0], new double[] {EPS}),
                List.of(input(dy, rows, width), input(x, rows, width)),
                dGamma);
        slopes = Slopes.of(at -> layerNorm(doubles(x), at, beta), doubles(gamma), doubles(dy));
        assertClose(slopes, values(dGamma), FLOAT_SUM);
    }

    /** The formula that {@link #gradientsEqualTheSlopes} holds to the definition, for sizes that have too many slopes. */
    private static double[] inputGradient(double[] dy, double[] x, double[] gamma, double[] besides) {
        int width = gamma.length;
        double[] ones = new double[width];
        Arrays.fill(ones, 1);
        double[] normal = layerNorm(x, ones, new double[width]);
        double[] dx = new double[x.length];
        for (int start = 0; start < x.length; start += width) {
            double mean = 0;
            double meanGradient = 0;
            double meanProduct = 0;
            for (int i = 0; i < width; i++) {
                mean += x[start + i] / width;
                meanGradient += dy[start + i] * gamma[i] / width;
                meanProduct += dy[start + i] * gamma[i] * normal[start + i] / width;
            }
            double variance = 0;
            for (int i = 0; i < width; i++) {
                variance += (x[start + i] - mean) * (x[start + i] - mean) / width;
            }
            for (int i = 0; i < width; i++) {
                double slope = dy[start + i] * gamma[i] - meanGradient - normal[start + i] * meanProduct;
                dx[start + i] = slope / Math.sqrt(variance + EPS) + besides[start + i];
            }
        }
        return dx;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void inputGradientsOfEveryWidthEqualTheFormula(int rows) {
        for (int width = 1; width <= 300; width++) {
            FloatBuffer dy = random(rows * width, 1);
            FloatBuffer x = wide(random(rows * width, width));
            FloatBuffer gamma = random(width, 3);
            FloatBuffer besides = random(rows * width, 4);
            double[] none = new double[rows * width];
            double[] expected = inputGradient(doubles(dy), doubles(x), doubles(gamma), none);
            assertClose(expected, inputGradient(dy, x, gamma, null), FLOAT_SUM);

            expected = inputGradient(doubles(dy), doubles(x), doubles(gamma), doubles(besides));
            assertClose(expected, inputGradient(dy, x, gamma, besides), FLOAT_SUM);
        }
    }

    /** Alternately raised and lowered: two random numbers may be so close to one another that rounding decides the result. */
    private static FloatBuffer wide(FloatBuffer x) {
        for (int i = 0; i < x.limit(); i++) {
            x.put(i, Math.abs(x.get(i)) + 0.5f);
            if (i % 2 == 1) {
                x.put(i, -x.get(i));
            }
        }
        return x;
    }

    @Test
    void aConstantRowBecomesBeta() {
        FloatBuffer y = forward(Buffers.of(7, 7, 7), Buffers.of(1, 2, 3), Buffers.of(4, 5, 6), EPS);
        assertClose(new double[] {4, 5, 6}, y, 0);
    }

    @Test
    void aLargeMeanCostsNoPrecision() {
        float[] values = new float[64];
        for (int i = 0; i < values.length; i++) {
            values[i] = 1000 + i % 2; // deviations of 0.5, exact in float32
        }
        FloatBuffer y = forward(Buffers.of(values), Buffers.of(ones(64)), null, 0);
        double[] expected = new double[64];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = i % 2 == 0 ? -1 : 1;
        }
        assertClose(expected, y, FLOAT_SUM);
    }

    private static float[] ones(int count) {
        float[] ones = new float[count];
        Arrays.fill(ones, 1);
        return ones;
    }
}
