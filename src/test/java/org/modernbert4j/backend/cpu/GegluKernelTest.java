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
import java.util.List;
import org.apache.commons.math3.special.Erf;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modernbert4j.backend.nd4j.NdArray;

class GegluKernelTest {
    private static final CpuBackend CPU = new CpuBackend(2);

    @AfterAll
    static void close() {
        CPU.close();
    }

    private static double[] geglu(double[] ab, int width) {
        double[] y = new double[ab.length / 2];
        for (int i = 0; i < y.length; i++) {
            double a = ab[i / width * 2 * width + i % width];
            double b = ab[i / width * 2 * width + width + i % width];
            y[i] = a * 0.5 * (1 + Erf.erf(a / Math.sqrt(2))) * b;
        }
        return y;
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 7", "300, 33"})
    void forwardEqualsTheDefinition(int rows, int width) {
        FloatBuffer ab = random(rows * 2 * width, 1);
        NdArray y = output(rows, width);
        run(CPU, "modernbert_geglu", List.of(input(ab, rows, 2 * width)), y);
        assertClose(geglu(doubles(ab), width), values(y), FLOAT_SUM);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 7", "9, 5"})
    void theGradientEqualsTheSlopes(int rows, int width) {
        FloatBuffer ab = random(rows * 2 * width, 1);
        FloatBuffer dy = random(rows * width, 2);
        NdArray dab = output(rows, 2 * width);
        run(CPU, "modernbert_geglu_dx", List.of(input(dy, rows, width), input(ab, rows, 2 * width)), dab);
        assertClose(Slopes.of(at -> geglu(at, width), doubles(ab), doubles(dy)), values(dab), FLOAT_SUM);
    }
}
