package org.modernbert4j.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.modernbert4j.backend.cpu.Buffers.matrix;
import static org.modernbert4j.backend.cpu.Buffers.random;
import static org.modernbert4j.backend.cpu.Buffers.result;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.modernbert4j.backend.AttentionGeometry;
import org.modernbert4j.backend.Occurrences;
import org.modernbert4j.backend.Segments;
import org.modernbert4j.backend.cpu.AttentionKernel.Gradients;
import org.modernbert4j.backend.cpu.AttentionKernel.Inputs;
import org.modernbert4j.backend.cpu.AttentionKernel.Outputs;

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

    private static void assertAllocatesLittle(Consumer<Workers> kernel) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Workers workers = new Workers(2)) {
            long[] ids = new long[2];
            workers.split(
                    2, (scratch, from, to) -> ids[from] = Thread.currentThread().getId());
            long allocated = Long.MAX_VALUE;
            for (int call = 0; call < MOST_CALLS && allocated >= FEW_BYTES; call++) {
                long before = sum(threads.getThreadAllocatedBytes(ids));
                kernel.accept(workers);
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
        Matrix<FloatBuffer> dy = matrix(random(ROWS * WIDTH, 1), ROWS);
        FloatBuffer sums = result(WIDTH);
        assertAllocatesLittle(workers -> LinearKernel.sumOverRows(workers, dy, sums));
    }

    @Test
    void linear() {
        LinearKernel<FloatBuffer> kernel = new LinearKernel<>(new CblasGemm());
        Matrix<FloatBuffer> x = matrix(random(ROWS * WIDTH, 1), ROWS);
        Matrix<FloatBuffer> weight = matrix(random(ROWS * WIDTH, 2), ROWS);
        Matrix<FloatBuffer> dy = matrix(random(ROWS * ROWS, 3), ROWS);
        Matrix<FloatBuffer> dx = matrix(result(ROWS * WIDTH), ROWS);
        assertAllocatesLittle(workers -> {
            kernel.forward(workers, x, weight, random(ROWS, 4), dy);
            kernel.inputGradient(workers, dy, weight, dx);
            kernel.weightGradient(workers, dy, x, dx);
        });
    }

    @Test
    void attention() {
        AttentionKernel<FloatBuffer> kernel = new AttentionKernel<>(new CblasGemm());
        AttentionGeometry geometry = new AttentionGeometry(1, TOKENS, Integer.MAX_VALUE, false);
        Segments segments = SegmentsOf.packed(TOKENS);
        List<Matrix<FloatBuffer>> squares = IntStream.range(0, 9)
                .mapToObj(i -> matrix(random(TOKENS * TOKENS, i), TOKENS))
                .toList();
        Inputs inputs = new Inputs(squares.get(0), squares.get(1), squares.get(2), squares.get(3));
        Outputs outputs = new Outputs(squares.get(4), matrix(result(TOKENS), TOKENS));
        Gradients gradients = new Gradients(squares.get(5), squares.get(6), squares.get(7));
        assertAllocatesLittle(workers -> {
            kernel.forward(workers, geometry, segments, inputs, outputs);
            kernel.backward(workers, geometry, segments, inputs, outputs, squares.get(8), gradients);
        });
    }

    @Test
    void layerNorm() {
        FloatBuffer x = random(ROWS * WIDTH, 1);
        FloatBuffer dy = random(ROWS * WIDTH, 2);
        FloatBuffer gamma = random(WIDTH, 3);
        FloatBuffer y = result(ROWS * WIDTH);
        FloatBuffer dGamma = result(WIDTH);
        assertAllocatesLittle(workers -> {
            LayerNormKernel.forward(workers, x, gamma, gamma, y, ROWS, WIDTH, 1e-5);
            LayerNormKernel.inputGradient(workers, dy, x, gamma, dy, y, ROWS, WIDTH, 1e-5);
            LayerNormKernel.gammaGradient(workers, dy, x, dGamma, ROWS, WIDTH, 1e-5);
        });
    }

    @Test
    void crossEntropyOfManyClasses() {
        FloatBuffer logits = random(ROWS * WIDTH, 1);
        FloatBuffer dLogits = result(ROWS * WIDTH);
        int[] labels = {5, -1, 0};
        assertAllocatesLittle(workers -> {
            CrossEntropyKernel.forward(workers, logits, labels, WIDTH, 0.1);
            CrossEntropyKernel.logitsGradient(workers, logits, labels, dLogits, WIDTH, 0.1);
        });
    }

    @Test
    void crossEntropyOfManyRows() {
        FloatBuffer logits = random(2 * MANY, 1);
        FloatBuffer dLogits = result(2 * MANY);
        int[] labels = new int[MANY];
        assertAllocatesLittle(workers -> {
            CrossEntropyKernel.forward(workers, logits, labels, 2, 0.1);
            CrossEntropyKernel.logitsGradient(workers, logits, labels, dLogits, 2, 0.1);
        });
    }

    @Test
    void gradientOfAnEmbedding() {
        FloatBuffer dy = random(ROWS * WIDTH, 1);
        FloatBuffer dTable = result(ROWS * WIDTH);
        FloatBuffer dRows = result(2 * WIDTH);
        int[] ids = {2, 0, 2};
        Occurrences occurrences = Occurrences.of(ids, -1);
        assertAllocatesLittle(workers -> {
            EmbeddingKernel.rowGradients(workers, dy, occurrences, dRows, WIDTH);
            EmbeddingKernel.spread(workers, dRows, occurrences.ids(), dTable, ROWS, WIDTH);
        });
    }
}
