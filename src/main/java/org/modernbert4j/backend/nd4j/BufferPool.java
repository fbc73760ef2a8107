package org.modernbert4j.backend.nd4j;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Reusable memory for arrays of different shapes. Buffers have a few sizes: a new one is at most a quarter larger than its array.
 * A free buffer is reused for an array that fills at least half of it. Before a new buffer is allocated, a free buffer that is a
 * little too small is freed. So the pool has about as many buffers of similar size as there are such arrays at the same time. Not
 * thread safe.
 */
final class BufferPool implements AutoCloseable {
    private static final int MOST_WASTE = 2;

    private final Map<DataType, NavigableMap<Long, Deque<DataBuffer>>> free = new HashMap<>();
    private boolean closed;

    /** An array with unspecified contents, row-major. */
    NdArray take(DataType type, long... shape) {
        long count = 1;
        for (long n : shape) {
            count *= n;
        }
        if (count == 0) {
            return new NdArray(Nd4j.create(type, shape));
        }
        return new NdArray(buffer(type, capacity(count)), shape);
    }

    private DataBuffer buffer(DataType type, long capacity) {
        NavigableMap<Long, Deque<DataBuffer>> sizes = free.computeIfAbsent(type, key -> new TreeMap<>());
        Map.Entry<Long, Deque<DataBuffer>> enough = sizes.ceilingEntry(capacity);
        if (enough != null && enough.getKey() <= MOST_WASTE * capacity) {
            return remove(sizes, enough);
        }
        Map.Entry<Long, Deque<DataBuffer>> smaller = sizes.lowerEntry(capacity);
        if (smaller != null && smaller.getKey() * MOST_WASTE >= capacity) {
            remove(sizes, smaller).close();
        }
        return Nd4j.createBuffer(type, capacity, false);
    }

    /** The smallest number of the form 4, 5, 6 or 7 times a power of two that is at least the count. */
    private static long capacity(long count) {
        long step = Math.max(1, Long.highestOneBit(count) / 4);
        return (count + step - 1) / step * step;
    }

    private static DataBuffer remove(
            NavigableMap<Long, Deque<DataBuffer>> sizes, Map.Entry<Long, Deque<DataBuffer>> size) {
        DataBuffer buffer = size.getValue().pop();
        if (size.getValue().isEmpty()) {
            sizes.remove(size.getKey());
        }
        return buffer;
    }

    /** Returns an array of {@link #take} to the pool; nothing may read it afterwards. */
    void give(NdArray array) {
        if (array.length() == 0) {
            return;
        }
        DataBuffer buffer = array.buffer();
        if (closed) {
            buffer.close();
            return;
        }
        free.computeIfAbsent(buffer.dataType(), key -> new TreeMap<>())
                .computeIfAbsent(buffer.length(), size -> new ArrayDeque<>())
                .push(buffer);
    }

    /** Number of free buffers. */
    int size() {
        return free.values().stream()
                .flatMap(sizes -> sizes.values().stream())
                .mapToInt(Deque::size)
                .sum();
    }

    /** Frees the memory of the free buffers. */
    void release() {
        free.values().forEach(sizes -> sizes.values().forEach(buffers -> buffers.forEach(DataBuffer::close)));
        free.clear();
    }

    /** Frees the memory of the free buffers now, and of each buffer that is returned later. */
    @Override
    public void close() {
        closed = true;
        release();
    }
}
