package org.modernbert4j.backend.cpu;

import static org.modernbert4j.backend.cpu.Buffers.FLOAT_SUM;
import static org.modernbert4j.backend.cpu.Buffers.assertClose;
import static org.modernbert4j.backend.cpu.Buffers.matrix;
import static org.modernbert4j.backend.cpu.Buffers.random;
import static org.modernbert4j.backend.cpu.Buffers.result;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinearKernelTest {
    private static final Workers WORKERS = new Workers(2);
    private static final LinearKernel<FloatBuffer> KERNEL = new LinearKernel<>(new CblasGemm());

    @AfterAll
    static void close() {
        WORKERS.close();
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "1, 7, 5", "3, 1, 2", "17, 33, 9", "300, 31, 65"})
    void forwardEqualsTheSumOfProducts(int rows, int in, int out) {
        FloatBuffer x = random(rows * in, 1);
        FloatBuffer weight = random(out * in, 2);
        FloatBuffer bias = random(out, 3);
        double[] expected = new double[rows * out];
        for (int r = 0; r < rows; r++) {
            for (int o = 0; o < out; o++) {
                for (int i = 0; i < in; i++) {
                    expected[r * out + o] += (double) x.get(r * in + i) * weight.get(o * in + i);
                }
            }
        }
        FloatBuffer y = result(rows * out);
        KERNEL.forward(WORKERS, matrix(x, rows), matrix(weight, out), null, matrix(y, rows));
        assertClose(expected, y, FLOAT_SUM);

        for (int i = 0; i < expected.length; i++) {
            expected[i] += bias.get(i % out);
        }
        KERNEL.forward(WORKERS, matrix(x, rows), matrix(weight, out), bias, matrix(y, rows));
        assertClose(expected, y, FLOAT_SUM);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "1, 7, 5", "3, 1, 2", "17, 33, 9", "300, 31, 65"})
    void gradientsEqualTheSumsOfProducts(int rows, int in, int out) {
        FloatBuffer dy = random(rows * out, 1);
        FloatBuffer x = random(rows * in, 2);
        FloatBuffer weight = random(out * in, 3);
        double[] dx = new double[rows * in];
        double[] dWeight = new double[out * in];
        double[] dBias = new double[out];
        for (int r = 0; r < rows; r++) {
            for (int o = 0; o < out; o++) {
                double gradient = dy.get(r * out + o);
                dBias[o] += gradient;
                for (int i = 0; i < in; i++) {
                    dx[r * in + i] += gradient * weight.get(o * in + i);
                    dWeight[o * in + i] += gradient * x.get(r * in + i);
                }
            }
        }
        FloatBuffer computedDx = result(rows * in);
        KERNEL.inputGradient(WORKERS, matrix(dy, rows), matrix(weight, out), matrix(computedDx, rows));
        assertClose(dx, computedDx, FLOAT_SUM);

        FloatBuffer computedDWeight = result(out * in);
        KERNEL.weightGradient(WORKERS, matrix(dy, rows), matrix(x, rows), matrix(computedDWeight, out));
        assertClose(dWeight, computedDWeight, FLOAT_SUM);

        FloatBuffer computedDBias = result(out);
        LinearKernel.sumOverRows(WORKERS, matrix(dy, rows), computedDBias);
        assertClose(dBias, computedDBias, FLOAT_SUM);
    }
}
