package org.modernbert4j.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.modernbert4j.backend.cpu.Buffers.input;
import static org.modernbert4j.backend.cpu.Buffers.matrix;
import static org.modernbert4j.backend.cpu.Buffers.output;
import static org.modernbert4j.backend.cpu.Buffers.random;
import static org.modernbert4j.backend.cpu.Buffers.result;
import static org.modernbert4j.backend.cpu.Buffers.run;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.modernbert4j.backend.AttentionGeometry;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.Segments;
import org.modernbert4j.backend.cpu.AttentionKernel.Gradients;
import org.modernbert4j.backend.cpu.AttentionKernel.Inputs;
import org.modernbert4j.backend.cpu.AttentionKernel.Outputs;
import org.modernbert4j.backend.nd4j.NdArray;

/** Kernels work in their workers' memory: once that is large enough, no array is allocated. */
class AllocationTest {
    private static final int ROWS = 3;
    private static final int WIDTH = 100_000;
    private static final int MANY = 100_000;
    private static final int TOKENS = 128;

    /** What a call may leave behind: lambdas, a record a row. */
    private static final long FEW_BYTES = 20_000;

    /** Vectors are on the heap until the compiler has come to their loops. */
    private static final int MOST_CALLS = 2000;

    private static void assertAllocatesLittle(Consumer<CpuBackend> kernel) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (CpuBackend cpu = new CpuBackend(2)) {
            long[] ids = new long[2];
            cpu.workers.split(
                    2, (scratch, from, to) -> ids[from] = Thread.currentThread().getId());
            long allocated = Long.MAX_VALUE;
            for (int call = 0; call < MOST_CALLS && allocated >= FEW_BYTES; call++) {
                long before = sum(threads.getThreadAllocatedBytes(ids));
                kernel.accept(cpu);
                allocated = sum(threads.getThreadAllocatedBytes(ids)) - before;
            }
            assertTrue(allocated < FEW_BYTES, "every call allocates; the last one " + allocated + " bytes");
        }
    }

    private static long sum(long[] bytes) {
        return LongStream.of(bytes).sum();
    }

    @Test
    void sumOverRows() {
        List<NdArray> dy = List.of(input(random(ROWS * WIDTH, 1), ROWS, WIDTH));
        NdArray sums = output(WIDTH);
        assertAllocatesLittle(cpu -> run(cpu, "modernbert_linear_db", dy, sums));
    }

    @Test
    void linear() {
        NdArray x = input(random(ROWS * WIDTH, 1), ROWS, WIDTH);
        NdArray weight = input(random(ROWS * WIDTH, 2), ROWS, WIDTH);
        NdArray bias = input(random(ROWS, 4), ROWS);
        NdArray dy = input(random(ROWS * ROWS, 3), ROWS, ROWS);
        NdArray dx = output(ROWS, WIDTH);
        assertAllocatesLittle(cpu -> {
            run(cpu, "modernbert_linear", List.of(x, weight, bias), dy);
            run(cpu, "modernbert_linear_dx", List.of(dy, weight), dx);
            run(cpu, "modernbert_linear_dw", List.of(dy, x), dx);
        });
    }

    @Test
    void attention() {
        AttentionKernel<FloatBuffer> kernel = new AttentionKernel<>(Float32Gemm.cblas());
        AttentionGeometry geometry = new AttentionGeometry(1, TOKENS, Integer.MAX_VALUE, false);
        Segments segments = SegmentsOf.packed(TOKENS);
        List<Matrix<FloatBuffer>> squares = IntStream.range(0, 9)
                .mapToObj(i -> matrix(random(TOKENS * TOKENS, i), TOKENS))
                .toList();
        Inputs inputs = new Inputs(squares.get(0), squares.get(1), squares.get(2), squares.get(3));
        Outputs outputs = new Outputs(squares.get(4), matrix(result(TOKENS), TOKENS));
        Gradients gradients = new Gradients(squares.get(5), squares.get(6), squares.get(7));
        assertAllocatesLittle(cpu -> {
            kernel.forward(cpu.workers, geometry, segments, inputs, outputs);
            kernel.backward(cpu.workers, geometry, segments, inputs, outputs, squares.get(8), gradients);
        });
    }

    @Test
    void layerNorm() {
        NdArray x = input(random(ROWS * WIDTH, 1), ROWS, WIDTH);
        NdArray dy = input(random(ROWS * WIDTH, 2), ROWS, WIDTH);
        NdArray gamma = input(random(WIDTH, 3), WIDTH);
        NdArray y = output(ROWS, WIDTH);
        NdArray dGamma = output(WIDTH);
        double[] eps = {1e-5};
        assertAllocatesLittle(cpu -> {
            run(cpu, new OpCall("modernbert_layer_norm", new long[0], eps), List.of(x, gamma, gamma), y);
            run(cpu, new OpCall("modernbert_layer_norm_dx", new long[0], eps), List.of(dy, x, gamma, dy), y);
            run(cpu, new OpCall("modernbert_layer_norm_dgamma", new long[0], eps), List.of(dy, x), dGamma);
        });
    }

    @Test
    void crossEntropyOfManyClasses() {
        crossEntropy(WIDTH, 5, -1, 0);
    }

    @Test
    void crossEntropyOfManyRows() {
        crossEntropy(2, new int[MANY]);
    }

    private static void crossEntropy(int classes, int... labels) {
        NdArray logits = input(random(labels.length * classes, 1), labels.length, classes);
        NdArray dLogits = output(labels.length, classes);
        NdArray loss = output(1);
        NdArray classOfEach = input(labels);
        NdArray scale = input(Buffers.of(0.1f), 1);
        assertAllocatesLittle(cpu -> {
            run(cpu, "modernbert_cross_entropy", List.of(logits, classOfEach, scale), loss);
            run(cpu, "modernbert_cross_entropy_dx", List.of(scale, logits, classOfEach, scale), dLogits);
        });
    }

    @Test
    void gradientOfAnEmbedding() {
        NdArray dy = input(random(ROWS * WIDTH, 1), ROWS, WIDTH);
        NdArray dTable = output(ROWS, WIDTH);
        NdArray dRows = output(2, WIDTH);
        NdArray ids = input(2, 0, 2);
        NdArray distinct = input(0, 2);
        OpCall rowGradients = new OpCall("modernbert_embedding_drows", new long[] {-1}, new double[0]);
        assertAllocatesLittle(cpu -> {
            run(cpu, rowGradients, List.of(dy, ids, distinct), dRows);
            run(cpu, "modernbert_spread", List.of(dTable, distinct, dRows), dTable);
        });
    }
}
