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

/**
 * How fast this machine multiplies matrices. What multiplies is loaded once, for any number of measurements.
 *
 * @param <B> memory of the operands
 */
public final class GemmRate<B extends Buffer> {
    private static final int SIZE = 512;
    private static final double FLOPS = 2.0 * SIZE * SIZE * SIZE;

    private final Gemm<B> gemm;
    private final Supplier<B> operands;
    private final Workers workers = KernelExecutioner.workers();

    private GemmRate(Gemm<B> gemm, Supplier<B> operands) {
        this.gemm = gemm;
        this.operands = operands;
        multiply(System.nanoTime()); // warms the library
    }

    /** That of float32. */
    public static GemmRate<FloatBuffer> ofFloat32() {
        return new GemmRate<>(Gemms.float32(), GemmRate::floats);
    }

    /**
     * That of bfloat16.
     *
     * @throws LinkageError if nothing is there to multiply with
     * @throws IllegalStateException if the processor has no such products
     */
    public static GemmRate<ShortBuffer> ofBfloat16() {
        return new GemmRate<>(Gemms.bfloat16(), GemmRate::bfloats);
    }

    /**
     * Multiplies square matrices on every processor for some time.
     *
     * @return multiplications and additions a second, over all processors
     */
    public double measure(Duration time) {
        long start = System.nanoTime();
        long products = multiply(start + time.toNanos());
        return products * FLOPS / ((System.nanoTime() - start) / 1e9);
    }

    private long multiply(long end) {
        LongAdder products = new LongAdder();
        workers.each(workers.count(), (scratch, worker) -> {
            B a = operands.get();
            B b = operands.get();
            FloatBuffer c = floats();
            do {
                gemm.multiply(false, true, SIZE, SIZE, SIZE, a, 0, SIZE, b, 0, SIZE, false, c, 0, SIZE);
                products.increment();
            } while (System.nanoTime() < end);
        });
        return products.sum();
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
