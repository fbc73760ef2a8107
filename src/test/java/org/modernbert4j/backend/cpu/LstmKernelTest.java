package org.modernbert4j.backend.cpu;

import static org.modernbert4j.backend.cpu.Buffers.FLOAT_SUM;
import static org.modernbert4j.backend.cpu.Buffers.assertClose;
import static org.modernbert4j.backend.cpu.Buffers.doubles;
import static org.modernbert4j.backend.cpu.Buffers.input;
import static org.modernbert4j.backend.cpu.Buffers.matrix;
import static org.modernbert4j.backend.cpu.Buffers.output;
import static org.modernbert4j.backend.cpu.Buffers.random;
import static org.modernbert4j.backend.cpu.Buffers.result;
import static org.modernbert4j.backend.cpu.Buffers.run;
import static org.modernbert4j.backend.cpu.Buffers.values;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.modernbert4j.backend.Segments;
import org.modernbert4j.backend.nd4j.NdArray;

class LstmKernelTest {
    private static final CpuBackend CPU = new CpuBackend(2);

    @AfterAll
    static void close() {
        CPU.close();
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

    private static NdArray state(Segments segments, NdArray projected, NdArray weight, NdArray bias, NdArray... kept) {
        NdArray state = output(projected.rows(), weight.columns());
        run(
                CPU,
                "modernbert_lstm_scan",
                List.of(projected, weight, bias, input(segments.starts()), input(segments.lengths())),
                state,
                kept[0],
                kept[1]);
        return state;
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
        NdArray cell = output(rows, hidden);
        NdArray gates = output(rows, 4 * hidden);
        NdArray weights = input(weight, 4 * hidden, hidden);
        NdArray state =
                state(segments, input(projected, rows, 4 * hidden), weights, input(bias, 4 * hidden), cell, gates);
        assertClose(
                lstm(segments, hidden, doubles(projected), doubles(weight), doubles(bias)), values(state), FLOAT_SUM);

        NdArray dProjected = output(rows, 4 * hidden);
        NdArray before = output(rows, hidden);
        run(
                CPU,
                "modernbert_lstm_scan_dx",
                List.of(
                        input(dState, rows, hidden),
                        weights,
                        state,
                        cell,
                        gates,
                        input(segments.starts()),
                        input(segments.lengths())),
                dProjected,
                before);
        assertClose(
                Slopes.of(
                        at -> lstm(segments, hidden, at, doubles(weight), doubles(bias)),
                        doubles(projected),
                        doubles(dState)),
                values(dProjected),
                FLOAT_SUM);

        FloatBuffer dWeight = result(4 * hidden * hidden);
        new LinearKernel<>(Float32Gemm.cblas(), Matrix.of(dProjected), Matrix.of(before))
                .weightGradient(CPU.workers, matrix(dWeight, 4 * hidden));
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
        NdArray state = state(
                segments,
                input(projected, rows, 4 * hidden),
                input(weight, 4 * hidden, hidden),
                input(bias, 4 * hidden),
                output(rows, hidden),
                output(rows, 4 * hidden));
        // random weights this large make the recurrence chaotic: rounding grows from step to step
        assertClose(lstm(segments, hidden, doubles(projected), doubles(weight), doubles(bias)), values(state), 1e-3);
    }

    private static Stream<Arguments> longTexts() {
        return Stream.of(
                Arguments.of(SegmentsOf.packed(300, 1, 77), 17),
                Arguments.of(SegmentsOf.padded(120, 120, 3, 40, 1), 17),
                Arguments.of(SegmentsOf.packed(2, 9, 1, 5, 5, 1, 9, 4, 3), 193));
    }
}
