package org.modernbert4j.backend.cuda;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.modernbert4j.backend.Array;
import org.nd4j.linalg.api.buffer.DataType;

/** An array in a device's memory. */
final class CudaArray implements Array {
    private final CudaBackend backend;
    private final DeviceMemory memory;
    private final DataType type;
    private final long[] shape;

    /** The elements of an uploaded int32 vector; null for other arrays. */
    private final int[] integers;

    private boolean closed;

    /** What kernels have made of it, by what it is. */
    private Map<Object, CudaArray> derived = Map.of();

    /** @param memory null for an array without elements */
    CudaArray(CudaBackend backend, DeviceMemory memory, DataType type, int[] integers, long... shape) {
        this.backend = backend;
        this.memory = memory;
        this.type = type;
        this.shape = shape;
        this.integers = integers;
    }

    /** The address of its first element; 0 if it has none. */
    long address() {
        return memory == null ? 0 : memory.address();
    }

    /** How many bytes its elements take. */
    long bytes() {
        return length() * type.width();
    }

    int[] integers() {
        if (integers == null) {
            throw new IllegalStateException("only an uploaded vector of integers is known to the host");
        }
        return integers;
    }

    /**
     * An array that follows from this one, such as a list of tasks: made once, closed with this array.
     *
     * @param key says what it is
     */
    CudaArray derived(Object key, Supplier<CudaArray> make) {
        if (derived.isEmpty()) {
            derived = new HashMap<>();
        }
        return derived.computeIfAbsent(key, absent -> make.get());
    }

    @Override
    public DataType type() {
        return type;
    }

    @Override
    public long[] shape() {
        return shape.clone();
    }

    /** Gives its memory back; the work so far may still use it. */
    @Override
    public void close() {
        if (closed) {
            throw new IllegalStateException("an array was closed twice");
        }
        closed = true;
        derived.values().forEach(CudaArray::close);
        if (memory != null) {
            backend.give(memory);
        }
    }
}
