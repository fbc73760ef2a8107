package org.modernbert4j.backend.cpu;

import static org.modernbert4j.backend.cpu.Buffers.FLOAT_SUM;
import static org.modernbert4j.backend.cpu.Buffers.assertClose;
import static org.modernbert4j.backend.cpu.Buffers.doubles;
import static org.modernbert4j.backend.cpu.Buffers.matrix;
import static org.modernbert4j.backend.cpu.Buffers.random;
import static org.modernbert4j.backend.cpu.Buffers.result;

import java.nio.FloatBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.modernbert4j.backend.Segments;
import org.modernbert4j.backend.cpu.LstmKernel.States;

class LstmKernelTest {
    private static final Workers WORKERS = new Workers(2);

    @AfterAll
    static void close() {
        WORKERS.close();
    }

    /** The states, as the documentation of torch.nn.LSTM writes them down. */
    private static double[] lstm(Segments segments, int hidden, double[] projected, double[] weight, double[] bias) {
        double[] states = new double[projected.length / 4];
        for (int text = 0; text < segments.texts(); text++) {
            double[] h = new double[hidden];
            double[] c = new double[hidden];
            for (int row = segments.starts()[text]; row < segments.starts()[text + 1]; row++) {
                double[] before = h.clone();
                for (int i = 0; i < hidden; i++) {
                    double[] z = new double[4];
                    for (int gate = 0; gate < 4; gate++) {
                        int unit = gate * hidden + i;
                        z[gate] = projected[row * 4 * hidden + unit] + bias[unit];
                        for (int j = 0; j < hidden; j++) {
                            z[gate] += weight[unit * hidden + j] * before[j];
                        }
                    }
                    c[i] = sigmoid(z[1]) * c[i] + sigmoid(z[0]) * Math.tanh(z[2]);
                    h[i] = sigmoid(z[3]) * Math.tanh(c[i]);
                    states[row * hidden + i] = h[i];
                }
            }
        }
        return states;
    }

    private static States states(FloatBuffer state, int rows) {
        return new States(
                matrix(state, rows), matrix(result(state.limit()), rows), matrix(result(4 * state.limit()), rows));
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static Stream<Arguments> batches() {
        return Stream.of(
                Arguments.of("one token", SegmentsOf.packed(1), 1),
                Arguments.of("packed", SegmentsOf.packed(2, 1, 6, 3, 1), 3),
                Arguments.of("padded", SegmentsOf.padded(5, 2, 5, 1), 5),
                Arguments.of("units of both workers", SegmentsOf.packed(1, 3, 2), 50));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("batches")
    void statesEqualTheDefinitionAndGradientsTheSlopes(String name, Segments segments, int hidden) {
        int rows = segments.starts()[segments.texts()];
        FloatBuffer projected = random(rows * 4 * hidden, 1);
        FloatBuffer weight = random(4 * hidden * hidden, 2);
        FloatBuffer bias = random(4 * hidden, 3);
        FloatBuffer dState = random(rows * hidden, 4);
        FloatBuffer state = result(rows * hidden);
        States states = states(state, rows);
        LstmKernel.forward(WORKERS, segments, matrix(projected, rows), matrix(weight, 4 * hidden), bias, states);
        assertClose(lstm(segments, hidden, doubles(projected), doubles(weight), doubles(bias)), state, FLOAT_SUM);

        FloatBuffer dProjected = result(rows * 4 * hidden);
        Matrix<FloatBuffer> before = matrix(result(rows * hidden), rows);
        LstmKernel.backward(
                WORKERS,
                segments,
                matrix(dState, rows),
                matrix(weight, 4 * hidden),
                states,
                matrix(dProjected, rows),
                before);
        assertClose(
                Slopes.of(
                        at -> lstm(segments, hidden, at, doubles(weight), doubles(bias)),
                        doubles(projected),
                        doubles(dState)),
                dProjected,
                FLOAT_SUM);

        FloatBuffer dWeight = result(4 * hidden * hidden);
        new LinearKernel<>(new CblasGemm())
                .weightGradient(WORKERS, matrix(dProjected, rows), before, matrix(dWeight, 4 * hidden));
        assertClose(
                Slopes.of(
                        at -> lstm(segments, hidden, doubles(projected), at, doubles(bias)),
                        doubles(weight),
                        doubles(dState)),
                dWeight,
                FLOAT_SUM);
    }

    @ParameterizedTest
    @MethodSource("longTexts")
    void statesOfLongTextsEqualTheDefinition(Segments segments, int hidden) {
        int rows = segments.starts()[segments.texts()];
        FloatBuffer projected = random(rows * 4 * hidden, 1);
        FloatBuffer weight = random(4 * hidden * hidden, 2);
        FloatBuffer bias = random(4 * hidden, 3);
        FloatBuffer state = result(rows * hidden);
        LstmKernel.forward(
                WORKERS, segments, matrix(projected, rows), matrix(weight, 4 * hidden), bias, states(state, rows));
        // random weights this large make the recurrence chaotic: rounding grows from step to step
        assertClose(lstm(segments, hidden, doubles(projected), doubles(weight), doubles(bias)), state, 1e-3);
    }

    private static Stream<Arguments> longTexts() {
        return Stream.of(
                Arguments.of(SegmentsOf.packed(300, 1, 77), 17),
                Arguments.of(SegmentsOf.padded(120, 120, 3, 40, 1), 17),
                Arguments.of(SegmentsOf.packed(2, 9, 1, 5, 5, 1, 9, 4, 3), 193));
    }
}
