package org.modernbert4j.backend.nd4j;

import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import org.modernbert4j.backend.Array;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** An array in ND4J's memory. CPU kernels access the memory directly. Several threads may use it. */
public final class NdArray implements Array {
    private final DataBuffer buffer;
    private final DataType type;
    private final long[] shape;
    private INDArray array;
    private FloatBuffer floats;
    private int[] integers;

    /**
     * Wraps an ND4J array.
     *
     * @throws IllegalArgumentException if it is not dense and row-major, or if it is a view into a larger array
     */
    NdArray(INDArray array) {
        this(array, array.shape());
        if (!array.isEmpty()) {
            requireDense();
        }
    }

    /** Wraps a dense ND4J array. The shape is given because ND4J loses the shape of a vector without elements. */
    NdArray(INDArray array, long... shape) {
        this.array = array;
        this.shape = shape;
        buffer = null;
        type = array.dataType();
    }

    /** An array at the start of a buffer. Its ND4J array is made on demand, because that takes longer than a small kernel. */
    NdArray(DataBuffer buffer, long... shape) {
        this.buffer = buffer;
        this.shape = shape;
        type = buffer.dataType();
    }

    /** Checks strides and offset. The order letter is not reliable, because SameDiff's array cache changes it. */
    private void requireDense() {
        long expected = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            if (shape[i] != 1 && array.stride(i) != expected) {
                throw new IllegalArgumentException(
                        "found an array that is not dense and row-major: " + array.shapeInfoToString());
            }
            expected *= shape[i];
        }
        if (array.offset() != 0) {
            throw new IllegalArgumentException("found a view into a larger array: " + array.shapeInfoToString());
        }
    }

    /** The ND4J array over the same memory. */
    public synchronized INDArray array() {
        if (array == null) {
            array = Nd4j.create(buffer, shape, Nd4j.getStrides(shape, 'c'), 0, 'c', type);
        }
        return array;
    }

    /** The buffer that this array was made from; null if it wraps an ND4J array. */
    DataBuffer buffer() {
        return buffer;
    }

    @Override
    public DataType type() {
        return type;
    }

    @Override
    public long[] shape() {
        return shape.clone();
    }

    /** The memory of a float32 array on the CPU, not a copy. Access it by index, because all callers share its position. */
    public synchronized FloatBuffer floats() {
        if (floats == null) {
            require(DataType.FLOAT);
            floats = HostMemory.floats(this);
        }
        return floats;
    }

    /** The memory of a bfloat16 array on the CPU, not a copy. */
    public ShortBuffer bfloats() {
        require(DataType.BFLOAT16);
        return HostMemory.bfloats(this);
    }

    private void require(DataType expected) {
        if (type != expected) {
            throw new IllegalArgumentException("expected " + expected + ", found " + array().shapeInfoToString());
        }
    }

    /** The elements of an int32 vector, read once and cached, because no op writes it. Read only. */
    public synchronized int[] integers() {
        if (integers == null) {
            integers = HostMemory.integers(this);
        }
        return integers;
    }

    /** The elements of an int64 vector. */
    public long[] longs() {
        return HostMemory.longs(this);
    }

    @Override
    public void close() {
        array.close();
    }
}
