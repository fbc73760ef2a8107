package org.modernbert4j.backend.nd4j;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The memory of ND4J's arrays as the host reads and writes it; no other class touches it. Where arrays live on a device, what is
 * read is a copy, and a write must be announced.
 */
public final class HostMemory {
    private final boolean copies;

    /** @param copies whether the CPU's arrays behave as if they lived on a device: tests then find a write that bypasses {@link #write} */
    public HostMemory(boolean copies) {
        this.copies = copies;
    }

    /** The elements of a dense float32 array, to be read before the array changes. */
    public FloatBuffer read(NdArray array) {
        FloatBuffer memory = floats(array);
        return copies ? copy(memory) : memory;
    }

    /**
     * Gives a dense float32 array new contents.
     *
     * @param fill writes every element, into memory that holds anything before
     */
    public void write(NdArray array, Consumer<FloatBuffer> fill) {
        FloatBuffer memory = floats(array);
        if (copies) {
            float[] anything = new float[memory.limit()];
            Arrays.fill(anything, Float.NaN);
            FloatBuffer apart = copy(FloatBuffer.wrap(anything));
            fill.accept(apart.duplicate());
            memory.put(apart);
        } else {
            fill.accept(memory);
        }
        Nd4j.getAffinityManager().tagLocation(array.array(), Location.HOST); // the device's copy is stale
    }

    private static FloatBuffer copy(FloatBuffer memory) {
        return ByteBuffer.allocateDirect(memory.limit() * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer()
                .put(memory)
                .rewind();
    }

    /** The memory itself of a float32 array on the CPU. */
    static FloatBuffer floats(NdArray array) {
        int length = Math.toIntExact(array.length());
        return length == 0
                ? FloatBuffer.allocate(0)
                : buffer(array).asNioFloat().slice(0, length);
    }

    /** The memory itself of a bfloat16 array on the CPU. */
    static ShortBuffer bfloats(NdArray array) {
        return buffer(array)
                .asNio()
                .order(ByteOrder.nativeOrder())
                .asShortBuffer()
                .slice(0, Math.toIntExact(array.length()));
    }

    private static DataBuffer buffer(NdArray array) {
        return array.buffer() == null ? array.array().data() : array.buffer();
    }

    static int[] integers(NdArray array) {
        return array.array().toIntVector();
    }

    static long[] longs(NdArray array) {
        return array.array().toLongVector();
    }
}
