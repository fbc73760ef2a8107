package org.modernbert4j.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.modernbert4j.backend.cpu.Buffers.floats;
import static org.modernbert4j.backend.cpu.Buffers.matrix;
import static org.modernbert4j.backend.cpu.Buffers.random;
import static org.modernbert4j.backend.cpu.Buffers.result;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.modernbert4j.backend.AttentionGeometry;
import org.modernbert4j.backend.Occurrences;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.backend.RotaryTable;
import org.modernbert4j.backend.Segments;
import org.modernbert4j.backend.cpu.AttentionKernel.Gradients;
import org.modernbert4j.backend.cpu.AttentionKernel.Inputs;
import org.modernbert4j.backend.cpu.AttentionKernel.Outputs;
import org.modernbert4j.backend.cpu.LstmKernel.States;

/** The number of workers changes no bit of any result. */
class WorkerCountTest {
    /** What linear layers use, and what they would use on other processors. */
    private static final List<Gemm<FloatBuffer>> GEMMS = List.of(Gemms.float32OfRows(), new CblasGemm());

    private static void assertSameBits(Function<Workers, List<FloatBuffer>> kernel) {
        List<FloatBuffer> one;
        try (Workers workers = new Workers(1)) {
            one = kernel.apply(workers);
        }
        for (int count = 2; count <= 3; count++) {
            try (Workers workers = new Workers(count)) {
                List<FloatBuffer> several = kernel.apply(workers);
                for (int i = 0; i < one.size(); i++) {
                    assertArrayEquals(
                            floats(one.get(i)), floats(several.get(i)), "result " + i + ", " + count + " workers");
                }
            }
        }
    }

    /** Lengths from 1 to 300. */
    private static IntStream lengths() {
        return IntStream.concat(IntStream.of(1, 2, 3, 15, 16, 17, 127, 128, 129, 300), new Random(1).ints(15, 1, 301));
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void linear(int rows) {
        for (Gemm<FloatBuffer> gemm : GEMMS) {
            linear(gemm, rows);
        }
    }

    private static void linear(Gemm<FloatBuffer> gemm, int rows) {
        for (int[] size : new int[][] {{7, 5}, {64, 48}, {129, 65}, {192, 768}, {333, 517}}) {
            int in = size[0];
            int out = size[1];
            LinearKernel<FloatBuffer> kernel = new LinearKernel<>(gemm);
            Matrix<FloatBuffer> x = matrix(random(rows * in, 1), rows);
            Matrix<FloatBuffer> weight = matrix(random(out * in, 2), out);
            FloatBuffer bias = random(out, 3);
            Matrix<FloatBuffer> dy = matrix(random(rows * out, 4), rows);
            assertSameBits(workers -> {
                FloatBuffer y = result(rows * out);
                FloatBuffer dx = result(rows * in);
                FloatBuffer dWeight = result(out * in);
                FloatBuffer dBias = result(out);
                kernel.forward(workers, x, weight, bias, matrix(y, rows));
                kernel.inputGradient(workers, dy, weight, matrix(dx, rows));
                kernel.weightGradient(workers, dy, x, matrix(dWeight, out));
                LinearKernel.sumOverRows(workers, dy, dBias);
                return List.of(y, dx, dWeight, dBias);
            });
        }
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void linearInBfloat16(int rows) {
        Bfloat16Gemm gemm = Bfloat16.gemmOrSkip();
        LinearKernel<ShortBuffer> kernel = new LinearKernel<>(gemm);
        for (int[] size : new int[][] {{7, 5}, {64, 48}, {129, 65}, {192, 768}, {333, 517}}) {
            int in = size[0];
            int out = size[1];
            Matrix<ShortBuffer> x = matrix(rounded(gemm, random(rows * in, 1)), rows);
            Matrix<ShortBuffer> weight = matrix(rounded(gemm, random(out * in, 2)), out);
            Matrix<ShortBuffer> dy = matrix(rounded(gemm, random(rows * out, 4)), rows);
            assertSameBits(workers -> {
                FloatBuffer y = result(rows * out);
                FloatBuffer dx = result(rows * in);
                FloatBuffer dWeight = result(out * in);
                kernel.forward(workers, x, weight, null, matrix(y, rows));
                kernel.inputGradient(workers, dy, weight, matrix(dx, rows));
                kernel.weightGradient(workers, dy, x, matrix(dWeight, out));
                return List.of(y, dx, dWeight);
            });
        }
    }

    private static ShortBuffer rounded(Bfloat16Gemm gemm, FloatBuffer x) {
        ShortBuffer rounded = ByteBuffer.allocateDirect(x.capacity() * Short.BYTES)
                .order(ByteOrder.nativeOrder())
                .asShortBuffer();
        gemm.round(x, rounded, 0, x.capacity());
        return rounded;
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void rowByRow(int rows) {
        int width = 33;
        FloatBuffer x = random(rows * width, 1);
        FloatBuffer gamma = random(width, 2);
        FloatBuffer dy = random(rows * width, 3);
        FloatBuffer ab = random(rows * 2 * width, 4);
        int[] ids = new Random(5).ints(rows, 0, 11).toArray();
        assertSameBits(workers -> {
            List<FloatBuffer> results =
                    IntStream.range(0, 5).mapToObj(i -> result(rows * width)).toList();
            FloatBuffer dGamma = result(width);
            FloatBuffer dab = result(rows * 2 * width);
            FloatBuffer dTable = result(11 * width);
            Occurrences occurrences = Occurrences.of(ids, 3);
            FloatBuffer dRows = result(occurrences.ids().length * width);
            LayerNormKernel.forward(workers, x, gamma, null, results.get(0), rows, width, 1e-5);
            LayerNormKernel.inputGradient(workers, dy, x, gamma, ab, results.get(1), rows, width, 1e-5);
            LayerNormKernel.gammaGradient(workers, dy, x, dGamma, rows, width, 1e-5);
            GegluKernel.forward(workers, ab, results.get(2), rows, width);
            GegluKernel.inputGradient(workers, dy, ab, dab, rows, width);
            DropoutKernel.apply(workers, x, results.get(3), rows * width, 0.3, 7, 0);
            CrossEntropyKernel.logitsGradient(workers, x, ids, results.get(4), width, 0.1);
            EmbeddingKernel.spread(workers, dy, ids, dTable, 11, width);
            EmbeddingKernel.rowGradients(workers, dy, occurrences, dRows, width);
            float loss = (float) CrossEntropyKernel.forward(workers, x, ids, width, 0.1);
            return List.of(
                    results.get(0),
                    results.get(1),
                    results.get(2),
                    results.get(3),
                    results.get(4),
                    dGamma,
                    dab,
                    dTable,
                    dRows,
                    Buffers.of(loss));
        });
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void attention(int length) {
        AttentionGeometry geometry = new AttentionGeometry(3, 6, length % 2 == 0 ? Integer.MAX_VALUE : 20, false);
        Segments segments = SegmentsOf.packed(length, 1, (length + 1) / 2);
        int rows = segments.starts()[3];
        AttentionKernel<FloatBuffer> kernel = new AttentionKernel<>(GEMMS.get(GEMMS.size() - 1));
        List<Matrix<FloatBuffer>> in = IntStream.range(0, 4)
                .mapToObj(i -> matrix(random(rows * geometry.hidden(), i), rows))
                .toList();
        FloatBuffer rotary = Buffers.of(RotaryTable.cosinesAndSines(10_000, geometry.headSize(), length));
        Inputs inputs = new Inputs(in.get(0), in.get(1), in.get(2), matrix(rotary, length));
        assertSameBits(workers -> {
            List<FloatBuffer> out = IntStream.range(0, 4)
                    .mapToObj(i -> result(rows * geometry.hidden()))
                    .toList();
            FloatBuffer sums = result(rows * geometry.heads());
            Outputs outputs = new Outputs(matrix(out.get(0), rows), matrix(sums, rows));
            Gradients gradients =
                    new Gradients(matrix(out.get(1), rows), matrix(out.get(2), rows), matrix(out.get(3), rows));
            kernel.forward(workers, geometry, segments, inputs, outputs);
            kernel.backward(workers, geometry, segments, inputs, outputs, in.get(3), gradients);
            return List.of(out.get(0), sums, out.get(1), out.get(2), out.get(3));
        });
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void lstm(int length) {
        for (int hidden : new int[] {5, 48, 192}) {
            Segments segments = SegmentsOf.packed(Math.min(length, 40), 1, (length + 3) / 4, 3, 3);
            int rows = segments.starts()[5];
            Matrix<FloatBuffer> projected = matrix(random(rows * 4 * hidden, 1), rows);
            Matrix<FloatBuffer> weight = matrix(random(4 * hidden * hidden, 2), 4 * hidden);
            FloatBuffer bias = random(4 * hidden, 3);
            Matrix<FloatBuffer> dState = matrix(random(rows * hidden, 4), rows);
            assertSameBits(workers -> {
                FloatBuffer state = result(rows * hidden);
                FloatBuffer cell = result(rows * hidden);
                FloatBuffer gates = result(rows * 4 * hidden);
                FloatBuffer dProjected = result(rows * 4 * hidden);
                FloatBuffer before = result(rows * hidden);
                States states = new States(matrix(state, rows), matrix(cell, rows), matrix(gates, rows));
                LstmKernel.forward(workers, segments, projected, weight, bias, states);
                LstmKernel.backward(
                        workers, segments, dState, weight, states, matrix(dProjected, rows), matrix(before, rows));
                return List.of(state, cell, gates, dProjected, before);
            });
        }
    }

    @Test
    void pool() {
        int width = 7;
        Segments segments = SegmentsOf.padded(30, 4, 30, 1, 12);
        FloatBuffer x = random(120 * width, 1);
        FloatBuffer dy = random(4 * width, 2);
        for (Pooling reduction : Pooling.values()) {
            assertSameBits(workers -> {
                FloatBuffer y = result(4 * width);
                FloatBuffer dx = result(120 * width);
                PoolKernel.forward(workers, reduction, x, segments, y, width);
                PoolKernel.inputGradient(workers, reduction, dy, segments, dx, width);
                return List.of(y, dx);
            });
        }
    }
}
