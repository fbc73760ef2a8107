package org.modernbert4j.backend.cpu;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Working memory: numbered buffers that grow and are reused. Not thread safe: it belongs to one worker, or to the thread that calls
 * the workers.
 */
public final class Scratch {
    private static final int MOST_FLOATS = Integer.MAX_VALUE / Float.BYTES;
    private final List<FloatBuffer> buffers = new ArrayList<>();
    private final List<ShortBuffer> shortBuffers = new ArrayList<>();
    private final List<float[]> arrays = new ArrayList<>();
    private final List<double[]> doubles = new ArrayList<>();

    Scratch() {}

    /**
     * A direct buffer with unspecified contents.
     *
     * @param slot which of its buffers; a kernel numbers its own from 0
     * @param floats least number of elements
     * @return the slot's buffer, the same one as long as it is large enough
     */
    public FloatBuffer floats(int slot, int floats) {
        while (buffers.size() <= slot) {
            buffers.add(FloatBuffer.allocate(0));
        }
        FloatBuffer buffer = buffers.get(slot);
        if (buffer.capacity() < floats) {
            buffer = direct(larger(floats, buffer.capacity()), Float.BYTES).asFloatBuffer();
            buffers.set(slot, buffer);
        }
        return buffer;
    }

    /**
     * A dense row-major matrix with unspecified contents, in one of the buffers of {@link #floats}.
     *
     * @param slot which of them
     */
    public Matrix<FloatBuffer> matrix(int slot, int rows, int columns) {
        return Matrix.of(floats(slot, rows * columns), rows, columns);
    }

    /**
     * A direct buffer with unspecified contents.
     *
     * @param slot which of its buffers of this kind; a kernel numbers its own from 0
     * @param shorts least number of elements
     * @return the slot's buffer, the same one as long as it is large enough
     */
    public ShortBuffer shorts(int slot, int shorts) {
        while (shortBuffers.size() <= slot) {
            shortBuffers.add(ShortBuffer.allocate(0));
        }
        ShortBuffer buffer = shortBuffers.get(slot);
        if (buffer.capacity() < shorts) {
            buffer = direct(larger(shorts, buffer.capacity()), Short.BYTES).asShortBuffer();
            shortBuffers.set(slot, buffer);
        }
        return buffer;
    }

    /**
     * A Java array with unspecified contents.
     *
     * @param slot which of its arrays; a kernel numbers its own from 0
     * @param atLeast least number of elements
     * @return the slot's array, the same one as long as it is large enough
     */
    public float[] array(int slot, int atLeast) {
        while (arrays.size() <= slot) {
            arrays.add(new float[0]);
        }
        if (arrays.get(slot).length < atLeast) {
            arrays.set(slot, new float[Math.max(atLeast, arrays.get(slot).length / 2 * 3)]);
        }
        return arrays.get(slot);
    }

    /**
     * A Java array of doubles with unspecified contents.
     *
     * @param slot which of its arrays of doubles; a kernel numbers its own from 0
     * @param atLeast least number of elements
     * @return the slot's array, the same one as long as it is large enough
     */
    public double[] doubles(int slot, int atLeast) {
        while (doubles.size() <= slot) {
            doubles.add(new double[0]);
        }
        if (doubles.get(slot).length < atLeast) {
            doubles.set(slot, new double[Math.max(atLeast, doubles.get(slot).length / 2 * 3)]);
        }
        return doubles.get(slot);
    }

    /** The new capacity: half as much again as the present one, or more, so that repeated growth allocates rarely. */
    private static int larger(int count, int present) {
        return Math.max(count, Math.min(MOST_FLOATS, present / 2 * 3));
    }

    private static ByteBuffer direct(int count, int bytes) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(count, bytes)).order(ByteOrder.nativeOrder());
    }
}
