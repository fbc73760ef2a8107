package org.modernbert4j.backend.cpu;

import static org.modernbert4j.backend.cpu.Buffers.FLOAT_SUM;
import static org.modernbert4j.backend.cpu.Buffers.assertClose;
import static org.modernbert4j.backend.cpu.Buffers.input;
import static org.modernbert4j.backend.cpu.Buffers.matrix;
import static org.modernbert4j.backend.cpu.Buffers.output;
import static org.modernbert4j.backend.cpu.Buffers.random;
import static org.modernbert4j.backend.cpu.Buffers.result;
import static org.modernbert4j.backend.cpu.Buffers.run;
import static org.modernbert4j.backend.cpu.Buffers.values;

import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modernbert4j.backend.nd4j.NdArray;

class LinearKernelTest {
    private static final CpuBackend CPU = new CpuBackend(2);
    private static final Gemm<FloatBuffer> GEMM = Float32Gemm.cblas();

    @AfterAll
    static void close() {
        CPU.close();
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
        LinearKernel<FloatBuffer> kernel = new LinearKernel<>(GEMM, matrix(x, rows), matrix(weight, out));
        kernel.forward(CPU.workers, null, matrix(y, rows));
        assertClose(expected, y, FLOAT_SUM);

        for (int i = 0; i < expected.length; i++) {
            expected[i] += bias.get(i % out);
        }
        kernel.forward(CPU.workers, bias, matrix(y, rows));
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
        new LinearKernel<>(GEMM, matrix(dy, rows), matrix(weight, out))
                .inputGradient(CPU.workers, matrix(computedDx, rows));
        assertClose(dx, computedDx, FLOAT_SUM);

        FloatBuffer computedDWeight = result(out * in);
        new LinearKernel<>(GEMM, matrix(dy, rows), matrix(x, rows))
                .weightGradient(CPU.workers, matrix(computedDWeight, out));
        assertClose(dWeight, computedDWeight, FLOAT_SUM);

        NdArray computedDBias = output(out);
        run(CPU, "modernbert_linear_db", List.of(input(dy, rows, out)), computedDBias);
        assertClose(dBias, values(computedDBias), FLOAT_SUM);
    }
}
