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
 * The host's access to the memory of ND4J arrays; no other class accesses it. If arrays are on a device, reads give a copy, and
 * ND4J must be notified of writes.
 */
public final class HostMemory {
    private final boolean copies;

    /** @param copies whether CPU arrays behave like arrays on a device, so that tests find writes that bypass {@link #write} */
    public HostMemory(boolean copies) {
        this.copies = copies;
    }

    /** The elements of a dense float32 array. Read them before the array changes. */
    public FloatBuffer read(NdArray array) {
        FloatBuffer memory = floats(array);
        return copies ? copy(memory) : memory;
    }

    /**
     * Gives a dense float32 array new contents.
     *
     * @param fill writes every element; the old contents are unspecified
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
        Nd4j.getAffinityManager().tagLocation(array.array(), Location.HOST); // marks the device's copy as stale
    }

    private static FloatBuffer copy(FloatBuffer memory) {
        return ByteBuffer.allocateDirect(memory.limit() * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer()
                .put(memory)
                .rewind();
    }

    /** The memory of a float32 array on the CPU, not a copy. */
    static FloatBuffer floats(NdArray array) {
        int length = Math.toIntExact(array.length());
        return length == 0
                ? FloatBuffer.allocate(0)
                : buffer(array).asNioFloat().slice(0, length);
    }

    /** The memory of a bfloat16 array on the CPU, not a copy. */
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
