package org.modernbert4j.ops.kernel;

import static org.modernbert4j.ops.kernel.Buffers.FLOAT_SUM;
import static org.modernbert4j.ops.kernel.Buffers.assertClose;
import static org.modernbert4j.ops.kernel.Buffers.doubles;
import static org.modernbert4j.ops.kernel.Buffers.random;
import static org.modernbert4j.ops.kernel.Buffers.result;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerNormKernelTest {
    private static final double EPS = 1e-5;
    private static final Workers WORKERS = new Workers(2);

    @AfterAll
    static void close() {
        WORKERS.close();
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

    @ParameterizedTest
    @CsvSource({"1, 3", "2, 5", "7, 33", "300, 65"})
    void forwardEqualsTheDefinition(int rows, int width) {
        FloatBuffer x = random(rows * width, 1);
        FloatBuffer gamma = random(width, 2);
        FloatBuffer beta = random(width, 3);
        FloatBuffer y = result(rows * width);

        LayerNormKernel.forward(WORKERS, x, gamma, null, y, rows, width, EPS);
        assertClose(layerNorm(doubles(x), doubles(gamma), new double[width]), y, FLOAT_SUM);

        LayerNormKernel.forward(WORKERS, x, gamma, beta, y, rows, width, EPS);
        assertClose(layerNorm(doubles(x), doubles(gamma), doubles(beta)), y, FLOAT_SUM);
    }

    @ParameterizedTest
    @CsvSource({"1, 3", "2, 5", "7, 17"})
    void gradientsEqualTheSlopes(int rows, int width) {
        FloatBuffer dy = random(rows * width, 1);
        FloatBuffer x = random(rows * width, 2);
        FloatBuffer gamma = random(width, 3);
        double[] beta = new double[width];

        FloatBuffer dx = result(rows * width);
        LayerNormKernel.inputGradient(WORKERS, dy, x, gamma, dx, rows, width, EPS);
        assertClose(Slopes.of(at -> layerNorm(at, doubles(gamma), beta), doubles(x), doubles(dy)), dx, FLOAT_SUM);

        FloatBuffer dGamma = result(width);
        LayerNormKernel.gammaGradient(WORKERS, dy, x, dGamma, rows, width, EPS);
        assertClose(Slopes.of(at -> layerNorm(doubles(x), at, beta), doubles(gamma), doubles(dy)), dGamma, FLOAT_SUM);
    }

    @Test
    void aConstantRowBecomesBeta() {
        FloatBuffer y = result(3);
        LayerNormKernel.forward(WORKERS, Buffers.of(7, 7, 7), Buffers.of(1, 2, 3), Buffers.of(4, 5, 6), y, 1, 3, EPS);
        assertClose(new double[] {4, 5, 6}, y, 0);
    }

    @Test
    void aLargeMeanCostsNoPrecision() {
        float[] values = new float[64];
        for (int i = 0; i < values.length; i++) {
            values[i] = 1000 + i % 2; // deviations of 0.5, exact in float32
        }
        FloatBuffer y = result(64);
        LayerNormKernel.forward(WORKERS, Buffers.of(values), Buffers.of(ones(64)), null, y, 1, 64, 0);
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
