package org.modernbert4j.backend.cpu;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/**
 * Working memory: numbered buffers and arrays that grow and are reused. Each type has its own slots, numbered from 0. A slot gives
 * the same memory as long as that is large enough, with unspecified contents. Not thread safe: it belongs to one worker, or to the
 * thread that calls the workers.
 */
final class Scratch {
    private static final int MOST_FLOATS = Integer.MAX_VALUE / Float.BYTES;

    private final List<FloatBuffer> buffers = new ArrayList<>();
    private final List<ShortBuffer> shortBuffers = new ArrayList<>();
    private final List<float[]> arrays = new ArrayList<>();
    private final List<double[]> doubleArrays = new ArrayList<>();

    /** A direct buffer of at least this many elements. */
    FloatBuffer floats(int slot, int atLeast) {
        return slot(buffers, slot, atLeast, FloatBuffer::capacity, n -> direct(n, Float.BYTES)
                .asFloatBuffer());
    }

    /** A dense row-major matrix in one of the buffers of {@link #floats}. */
    Matrix<FloatBuffer> matrix(int slot, int rows, int columns) {
        return Matrix.of(floats(slot, rows * columns), rows, columns);
    }

    /** A direct buffer of at least this many elements. */
    ShortBuffer shorts(int slot, int atLeast) {
        return slot(shortBuffers, slot, atLeast, ShortBuffer::capacity, n -> direct(n, Short.BYTES)
                .asShortBuffer());
    }

    /** A Java array of at least this many elements. */
    float[] array(int slot, int atLeast) {
        return slot(arrays, slot, atLeast, array -> array.length, float[]::new);
    }

    /** A Java array of at least this many elements. */
    double[] doubles(int slot, int atLeast) {
        return slot(doubleArrays, slot, atLeast, array -> array.length, double[]::new);
    }

    /** The memory of a slot. If it is too small, it grows by at least a half, so that repeated growth seldom allocates. */
    private static <T> T slot(List<T> slots, int slot, int atLeast, ToIntFunction<T> size, IntFunction<T> allocate) {
        while (slots.size() <= slot) {
            slots.add(allocate.apply(0));
        }
        int present = size.applyAsInt(slots.get(slot));
        if (present < atLeast) {
            slots.set(slot, allocate.apply(Math.max(atLeast, Math.min(MOST_FLOATS, present / 2 * 3))));
        }
        return slots.get(slot);
    }

    private static ByteBuffer direct(int count, int bytes) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(count, bytes)).order(ByteOrder.nativeOrder());
    }
}
