package org.modernbert4j.train;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.modernbert4j.ops.Gemms;
import org.modernbert4j.ops.KernelExecutioner;
import org.modernbert4j.ops.kernel.Gemm;
import org.modernbert4j.ops.kernel.Workers;

/** How fast this machine multiplies matrices. */
public final class GemmRate {
    private static final int SIZE = 512;
    private static final double FLOPS = 2.0 * SIZE * SIZE * SIZE;

    private GemmRate() {}

    /**
     * Multiplies square float32 matrices on every processor for some time.
     *
     * @return multiplications and additions a second, over all processors
     */
    public static double ofFloat32(Duration time) {
        return measure(Gemms.float32(), GemmRate::floats, time);
    }

    /**
     * Multiplies square bfloat16 matrices on every processor for some time.
     *
     * @return multiplications and additions a second, over all processors
     * @throws LinkageError if nothing is there to multiply with
     * @throws IllegalStateException if the processor has no such products
     */
    public static double ofBfloat16(Duration time) {
        return measure(Gemms.bfloat16(), GemmRate::bfloats, time);
    }

    private static <B extends Buffer> double measure(Gemm<B> gemm, Supplier<B> operands, Duration time) {
        LongAdder products = new LongAdder();
        Workers workers = KernelExecutioner.workers();
        each(workers, gemm, operands, System.nanoTime(), products); // loads and warms the library
        products.reset();
        long start = System.nanoTime();
        each(workers, gemm, operands, start + time.toNanos(), products);
        return products.sum() * FLOPS / ((System.nanoTime() - start) / 1e9);
    }

    private static <B extends Buffer> void each(
            Workers workers, Gemm<B> gemm, Supplier<B> operands, long end, LongAdder products) {
        workers.each(workers.count(), (scratch, worker) -> {
            B a = operands.get();
            B b = operands.get();
            FloatBuffer c = floats();
            do {
                gemm.multiply(false, true, SIZE, SIZE, SIZE, a, 0, SIZE, b, 0, SIZE, false, c, 0, SIZE);
                products.increment();
            } while (System.nanoTime() < end);
        });
    }

    /** Ones. */
    private static FloatBuffer floats() {
        FloatBuffer matrix = bytes(Float.BYTES).asFloatBuffer();
        while (matrix.hasRemaining()) {
            matrix.put(1);
        }
        return matrix.rewind();
    }

    /** Ones. */
    private static ShortBuffer bfloats() {
        ShortBuffer matrix = bytes(Short.BYTES).asShortBuffer();
        while (matrix.hasRemaining()) {
            matrix.put((short) (Float.floatToRawIntBits(1) >>> 16));
        }
        return matrix.rewind();
    }

    private static ByteBuffer bytes(int width) {
        return ByteBuffer.allocateDirect(SIZE * SIZE * width).order(ByteOrder.nativeOrder());
    }
}
