package org.modernbert4j.backend.nd4j;

import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import org.modernbert4j.backend.Array;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** An array in ND4J's memory. Kernels on the CPU work on the memory itself. */
public final class NdArray implements Array {
    private final DataBuffer buffer;
    private final DataType type;
    private final long[] shape;
    private INDArray array;
    private FloatBuffer floats;
    private int[] integers;

    /**
     * Wraps an array of ND4J's.
     *
     * @throws IllegalArgumentException if it is not dense and row-major, or a view into a larger one
     */
    NdArray(INDArray array) {
        this(array, array.shape());
        if (!array.isEmpty()) {
            requireDense();
        }
    }

    /** Wraps a dense array of ND4J's, with its shape: ND4J does not know that of a vector without elements. */
    NdArray(INDArray array, long... shape) {
        this.array = array;
        this.shape = shape;
        buffer = null;
        type = array.dataType();
    }

    /** An array at the start of a buffer. ND4J's array is made when it is needed: making it takes longer than a small kernel. */
    NdArray(DataBuffer buffer, long... shape) {
        this.buffer = buffer;
        this.shape = shape;
        type = buffer.dataType();
    }

    /** The order letter of an array says nothing: SameDiff's array cache changes it. */
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

    /** The same array as ND4J has it. */
    public INDArray array() {
        if (array == null) {
            array = Nd4j.create(buffer, shape, Nd4j.getStrides(shape, 'c'), 0, 'c', type);
        }
        return array;
    }

    /** The buffer that this array was made with; null for an array of ND4J's. */
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

    /** The memory itself, of float32 on the CPU; accessed by index, as all callers share its position. */
    public FloatBuffer floats() {
        if (floats == null) {
            require(DataType.FLOAT);
            floats = HostMemory.floats(this);
        }
        return floats;
    }

    /** The memory itself, of bfloat16 on the CPU. */
    public ShortBuffer bfloats() {
        require(DataType.BFLOAT16);
        return HostMemory.bfloats(this);
    }

    private void require(DataType expected) {
        if (type != expected) {
            throw new IllegalArgumentException("expected " + expected + ", found " + array().shapeInfoToString());
        }
    }

    /** The elements of an int32 vector, which no op writes; not for writing. */
    public int[] integers() {
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
