package org.modernbert4j.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.modernbert4j.ops.kernel.Gemm;
import org.modernbert4j.ops.kernel.Workers;

/** How fast this machine multiplies matrices. */
public final class GemmRate {
    private static final int SIZE = 512;
    private static final double FLOPS = 2.0 * SIZE * SIZE * SIZE;

    private GemmRate() {}

    /**
     * Multiplies square matrices on every processor for some time.
     *
     * @param gemm multiplies them
     * @return multiplications and additions a second, over all processors
     */
    public static double measure(Gemm gemm, Duration time) {
        LongAdder products = new LongAdder();
        try (Workers workers = new Workers(Runtime.getRuntime().availableProcessors())) {
            each(workers, gemm, System.nanoTime(), products); // loads and warms the library
            products.reset();
            long start = System.nanoTime();
            each(workers, gemm, start + time.toNanos(), products);
            return products.sum() * FLOPS / ((System.nanoTime() - start) / 1e9);
        }
    }

    private static void each(Workers workers, Gemm gemm, long end, LongAdder products) {
        workers.each(workers.count(), (scratch, worker) -> {
            FloatBuffer a = matrix();
            FloatBuffer b = matrix();
            FloatBuffer c = matrix();
            do {
                gemm.multiply(false, true, SIZE, SIZE, SIZE, 1, a, 0, SIZE, b, 0, SIZE, 0, c, 0, SIZE);
                products.increment();
            } while (System.nanoTime() < end);
        });
    }

    private static FloatBuffer matrix() {
        FloatBuffer matrix = ByteBuffer.allocateDirect(SIZE * SIZE * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        while (matrix.hasRemaining()) {
            matrix.put(1);
        }
        return matrix.rewind();
    }
}
