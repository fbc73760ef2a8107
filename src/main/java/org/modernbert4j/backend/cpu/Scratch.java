package org.modernbert4j.backend.cpu;

import java.nio.Buffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.ShortPointer;

/**
 * Working memory: numbered buffers and arrays that grow and are reused. Each type has its own slots, numbered from 0. A slot gives
 * the same memory as long as that is large enough, with unspecified contents. Not thread safe: it belongs to one worker, or to the
 * thread that calls the workers.
 *
 * <p>Memory of buffers is freed when it grows and when this is closed, not by the garbage collector, which comes late to memory outside
 * its heap. So nobody may use a buffer of a slot after asking for a larger one.
 */
final class Scratch implements AutoCloseable {
    private static final int MOST_FLOATS = Integer.MAX_VALUE / Float.BYTES;

    /** Memory outside the Java heap, and its elements. */
    private record Native<B extends Buffer>(Pointer memory, B elements) {
        int capacity() {
            return elements.capacity();
        }

        void free() {
            memory.close();
        }
    }

    /** A slot without memory is null. */
    private final List<Native<FloatBuffer>> buffers = new ArrayList<>();

    private final List<Native<ShortBuffer>> shortBuffers = new ArrayList<>();
    private final List<float[]> arrays = new ArrayList<>();
    private final List<double[]> doubleArrays = new ArrayList<>();

    /** A direct buffer of at least this many elements. */
    FloatBuffer floats(int slot, int atLeast) {
        return buffer(buffers, slot, atLeast, Scratch::floats);
    }

    private static Native<FloatBuffer> floats(int count) {
        FloatPointer memory = new FloatPointer(Math.max(1, count));
        return new Native<>(memory, memory.asBuffer());
    }

    /** A dense row-major matrix in one of the buffers of {@link #floats}. */
    Matrix<FloatBuffer> matrix(int slot, int rows, int columns) {
        return Matrix.of(floats(slot, rows * columns), rows, columns);
    }

    /** A direct buffer of at least this many elements. */
    ShortBuffer shorts(int slot, int atLeast) {
        return buffer(shortBuffers, slot, atLeast, Scratch::shorts);
    }

    private static Native<ShortBuffer> shorts(int count) {
        ShortPointer memory = new ShortPointer(Math.max(1, count));
        return new Native<>(memory, memory.asBuffer());
    }

    private static <B extends Buffer> B buffer(
            List<Native<B>> slots, int slot, int atLeast, IntFunction<Native<B>> allocate) {
        return slot(slots, slot, atLeast, Native::capacity, allocate, Native::free).elements;
    }

    /** A Java array of at least this many elements. */
    float[] array(int slot, int atLeast) {
        return slot(arrays, slot, atLeast, array -> array.length, float[]::new, array -> {});
    }

    /** A Java array of at least this many elements. */
    double[] doubles(int slot, int atLeast) {
        return slot(doubleArrays, slot, atLeast, array -> array.length, double[]::new, array -> {});
    }

    /** The memory of a slot. If it is too small, it grows by at least a half, so that repeated growth seldom allocates. */
    private static <T> T slot(
            List<T> slots, int slot, int atLeast, ToIntFunction<T> size, IntFunction<T> allocate, Consumer<T> free) {
        while (slots.size() <= slot) {
            slots.add(null);
        }
        T old = slots.get(slot);
        int present = old == null ? 0 : size.applyAsInt(old);
        if (old == null || present < atLeast) {
            slots.set(slot, null); // what is freed is never given again, even if there is no memory for more
            if (old != null) {
                free.accept(old);
            }
            slots.set(slot, allocate.apply(Math.max(atLeast, Math.min(MOST_FLOATS, present / 2 * 3))));
        }
        return slots.get(slot);
    }

    /** Frees the memory of all buffers; those that were given must not be used afterwards. */
    @Override
    public void close() {
        buffers.stream().filter(Objects::nonNull).forEach(Native::free);
        buffers.clear();
        shortBuffers.stream().filter(Objects::nonNull).forEach(Native::free);
        shortBuffers.clear();
    }
}
