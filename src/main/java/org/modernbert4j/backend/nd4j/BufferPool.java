package org.modernbert4j.backend.nd4j;

import java.util.HashMap;
import java.util.Map;
import org.modernbert4j.backend.MemoryPool;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Arrays from reused memory: a {@link MemoryPool} for each type of elements. Not thread safe. */
final class BufferPool implements AutoCloseable {
    private final Map<DataType, MemoryPool<DataBuffer>> pools = new HashMap<>();

    /** An array with unspecified contents, row-major. */
    NdArray take(DataType type, long... shape) {
        long count = 1;
        for (long n : shape) {
            count *= n;
        }
        return count == 0
                ? new NdArray(Nd4j.create(type, shape))
                : new NdArray(pool(type).take(count), shape);
    }

    private MemoryPool<DataBuffer> pool(DataType type) {
        return pools.computeIfAbsent(
                type, key -> new MemoryPool<>(count -> Nd4j.createBuffer(key, count, false), DataBuffer::close));
    }

    /** Returns an array of {@link #take} to the pool; nothing may read it afterwards. */
    void give(NdArray array) {
        if (array.length() > 0) {
            pool(array.type()).give(array.buffer(), array.buffer().length());
        }
    }

    /** Number of free buffers. */
    int size() {
        return pools.values().stream().mapToInt(MemoryPool::size).sum();
    }

    /** Frees the memory of the free buffers. */
    void release() {
        pools.values().forEach(MemoryPool::release);
    }

    /** Frees the memory of the free buffers now, and of each buffer that is returned later. */
    @Override
    public void close() {
        pools.values().forEach(MemoryPool::close);
    }
}
