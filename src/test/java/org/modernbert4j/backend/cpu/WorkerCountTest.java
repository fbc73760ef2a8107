package org.modernbert4j.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.modernbert4j.backend.cpu.Buffers.floats;
import static org.modernbert4j.backend.cpu.Buffers.input;
import static org.modernbert4j.backend.cpu.Buffers.matrix;
import static org.modernbert4j.backend.cpu.Buffers.output;
import static org.modernbert4j.backend.cpu.Buffers.random;
import static org.modernbert4j.backend.cpu.Buffers.result;
import static org.modernbert4j.backend.cpu.Buffers.run;
import static org.modernbert4j.backend.cpu.Buffers.values;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.modernbert4j.backend.AttentionGeometry;
import org.modernbert4j.backend.Occurrences;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.backend.RotaryTable;
import org.modernbert4j.backend.Segments;
import org.modernbert4j.backend.cpu.AttentionKernel.Gradients;
import org.modernbert4j.backend.cpu.AttentionKernel.Inputs;
import org.modernbert4j.backend.cpu.AttentionKernel.Outputs;
import org.modernbert4j.backend.nd4j.NdArray;

/** The number of workers changes no bit of any result. */
class WorkerCountTest {
    /** What linear layers use, and what they would use on other processors. */
    private static final List<Gemm<FloatBuffer>> GEMMS = List.of(Float32Gemm.ofProcess(true), Float32Gemm.cblas());

    private static final long[] NONE = {};

    private static void assertSameBits(Function<CpuBackend, List<FloatBuffer>> kernel) {
        List<FloatBuffer> one;
        try (CpuBackend cpu = new CpuBackend(1)) {
            one = kernel.apply(cpu);
        }
        for (int count = 2; count <= 3; count++) {
            try (CpuBackend cpu = new CpuBackend(count)) {
                List<FloatBuffer> several = kernel.apply(cpu);
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
            Matrix<FloatBuffer> x = matrix(random(rows * in, 1), rows);
            Matrix<FloatBuffer> weight = matrix(random(out * in, 2), out);
            FloatBuffer bias = random(out, 3);
            Matrix<FloatBuffer> dy = matrix(random(rows * out, 4), rows);
            assertSameBits(cpu -> {
                FloatBuffer y = result(rows * out);
                FloatBuffer dx = result(rows * in);
                FloatBuffer dWeight = result(out * in);
                NdArray dBias = output(out);
                new LinearKernel<>(gemm, x, weight).forward(cpu.workers, bias, matrix(y, rows));
                new LinearKernel<>(gemm, dy, weight).inputGradient(cpu.workers, matrix(dx, rows));
                new LinearKernel<>(gemm, dy, x).weightGradient(cpu.workers, matrix(dWeight, out));
                run(cpu, "modernbert_linear_db", List.of(input(dy.buffer, rows, out)), dBias);
                return List.of(y, dx, dWeight, values(dBias));
            });
        }
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void linearInBfloat16(int rows) {
        Bfloat16Gemm gemm = Bfloat16.gemmOrSkip();
        for (int[] size : new int[][] {{7, 5}, {64, 48}, {129, 65}, {192, 768}, {333, 517}}) {
            int in = size[0];
            int out = size[1];
            Matrix<ShortBuffer> x = matrix(rounded(gemm, random(rows * in, 1)), rows);
            Matrix<ShortBuffer> weight = matrix(rounded(gemm, random(out * in, 2)), out);
            Matrix<ShortBuffer> dy = matrix(rounded(gemm, random(rows * out, 4)), rows);
            assertSameBits(cpu -> {
                FloatBuffer y = result(rows * out);
                FloatBuffer dx = result(rows * in);
                FloatBuffer dWeight = result(out * in);
                new LinearKernel<>(gemm, x, weight).forward(cpu.workers, null, matrix(y, rows));
                new LinearKernel<>(gemm, dy, weight).inputGradient(cpu.workers, matrix(dx, rows));
                new LinearKernel<>(gemm, dy, x).weightGradient(cpu.workers, matrix(dWeight, out));
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
        NdArray x = input(random(rows * width, 1), rows, width);
        NdArray gamma = input(random(width, 2), width);
        NdArray dy = input(random(rows * width, 3), rows, width);
        NdArray ab = input(random(rows * 2 * width, 4), rows, 2 * width);
        NdArray besides = input(random(rows * width, 6), rows, width);
        int[] numbers = new Random(5).ints(rows, 0, 11).toArray();
        NdArray ids = input(numbers);
        NdArray distinct = input(Occurrences.of(numbers, 3).ids());
        NdArray one = input(Buffers.of(1), 1);
        NdArray scale = input(Buffers.of(0.1f), 1);
        double[] eps = {1e-5};
        assertSameBits(cpu -> {
            NdArray seed = (NdArray) cpu.upload(7L);
            List<NdArray> results =
                    IntStream.range(0, 6).mapToObj(i -> output(rows, width)).toList();
            NdArray dGamma = output(width);
            NdArray dab = output(rows, 2 * width);
            NdArray dTable = output(11, width);
            NdArray dRows = output(distinct.rows(), width);
            NdArray loss = output(1);
            run(cpu, new OpCall("modernbert_layer_norm", NONE, eps), List.of(x, gamma), results.get(0));
            run(cpu, new OpCall("modernbert_layer_norm_dx", NONE, eps), List.of(dy, x, gamma, besides), results.get(1));
            run(cpu, new OpCall("modernbert_layer_norm_dgamma", NONE, eps), List.of(dy, x), dGamma);
            run(cpu, "modernbert_geglu", List.of(ab), results.get(2));
            run(cpu, "modernbert_geglu_dx", List.of(dy, ab), dab);
            run(
                    cpu,
                    new OpCall("modernbert_dropout", new long[] {0}, new double[] {0.3}),
                    List.of(x, seed),
                    results.get(3));
            run(cpu, "modernbert_residual", List.of(x, dy), results.get(5));
            run(cpu, "modernbert_cross_entropy", List.of(x, ids, scale), loss);
            run(cpu, "modernbert_cross_entropy_dx", List.of(one, x, ids, scale), results.get(4));
            run(cpu, "modernbert_spread", List.of(dTable, ids, dy), dTable);
            run(
                    cpu,
                    new OpCall("modernbert_embedding_drows", new long[] {3}, new double[0]),
                    List.of(dy, ids, distinct),
                    dRows);
            return Stream.concat(results.stream(), Stream.of(dGamma, dab, dTable, dRows, loss))
                    .map(Buffers::values)
                    .toList();
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
        FloatBuffer rotary = Buffers.of(RotaryTable.of(geometry.headSize(), 10_000, length));
        Inputs inputs = new Inputs(in.get(0), in.get(1), in.get(2), matrix(rotary, length));
        assertSameBits(cpu -> {
            List<FloatBuffer> out = IntStream.range(0, 4)
                    .mapToObj(i -> result(rows * geometry.hidden()))
                    .toList();
            FloatBuffer sums = result(rows * geometry.heads());
            Outputs outputs = new Outputs(matrix(out.get(0), rows), matrix(sums, rows));
            Gradients gradients =
                    new Gradients(matrix(out.get(1), rows), matrix(out.get(2), rows), matrix(out.get(3), rows));
            kernel.forward(cpu.workers, geometry, segments, inputs, outputs);
            kernel.backward(cpu.workers, geometry, segments, inputs, outputs, in.get(3), gradients);
            return List.of(out.get(0), sums, out.get(1), out.get(2), out.get(3));
        });
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void lstm(int length) {
        for (int hidden : new int[] {5, 48, 192}) {
            Segments segments = SegmentsOf.packed(Math.min(length, 40), 1, (length + 3) / 4, 3, 3);
            int rows = segments.starts()[5];
            NdArray projected = input(random(rows * 4 * hidden, 1), rows, 4 * hidden);
            NdArray weight = input(random(4 * hidden * hidden, 2), 4 * hidden, hidden);
            NdArray bias = input(random(4 * hidden, 3), 4 * hidden);
            NdArray dState = input(random(rows * hidden, 4), rows, hidden);
            NdArray starts = input(segments.starts());
            NdArray lengths = input(segments.lengths());
            assertSameBits(cpu -> {
                NdArray state = output(rows, hidden);
                NdArray cell = output(rows, hidden);
                NdArray gates = output(rows, 4 * hidden);
                NdArray dProjected = output(rows, 4 * hidden);
                NdArray before = output(rows, hidden);
                run(cpu, "modernbert_lstm_scan", List.of(projected, weight, bias, starts, lengths), state, cell, gates);
                run(
                        cpu,
                        "modernbert_lstm_scan_dx",
                        List.of(dState, weight, state, cell, gates, starts, lengths),
                        dProjected,
                        before);
                return Stream.of(state, cell, gates, dProjected, before)
                        .map(Buffers::values)
                        .toList();
            });
        }
    }

    @Test
    void norm() {
        NdArray x = input(random(100_000, 1), 100_000);
        assertSameBits(cpu -> List.of(Buffers.of((float) cpu.norm(x))));
    }

    @Test
    void pool() {
        int width = 7;
        Segments segments = SegmentsOf.padded(30, 4, 30, 1, 12);
        NdArray x = input(random(120 * width, 1), 120, width);
        NdArray dy = input(random(4 * width, 2), 4, width);
        NdArray starts = input(segments.starts());
        NdArray lengths = input(segments.lengths());
        for (Pooling pooling : Pooling.values()) {
            long[] attributes = {pooling.code()};
            assertSameBits(cpu -> {
                NdArray y = output(4, width);
                NdArray dx = output(120, width);
                run(cpu, new OpCall("modernbert_pool", attributes, new double[0]), List.of(x, starts, lengths), y);
                run(
                        cpu,
                        new OpCall("modernbert_pool_dx", attributes, new double[0]),
                        List.of(dy, x, starts, lengths),
                        dx);
                return List.of(values(y), values(dx));
            });
        }
    }
}
