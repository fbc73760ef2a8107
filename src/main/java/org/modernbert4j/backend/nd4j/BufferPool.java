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
 * Memory for arrays of varying shapes. Buffers come in a few sizes, each at most a quarter larger than the array it is allocated for.
 * A free buffer serves any array that fills at least half of it; a free buffer that is a little too small is freed before a larger one
 * is allocated. So there are, for each doubling of the arrays' sizes, about as many buffers as such arrays live at the same time. Not
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

    /** The least of 4, 5, 6, 7 times a power of two that is enough. */
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

    /** Takes back an array of {@link #take} that nobody reads any more. */
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

    /** Buffers that wait for use. */
    int size() {
        return free.values().stream()
                .flatMap(sizes -> sizes.values().stream())
                .mapToInt(Deque::size)
                .sum();
    }

    /** Frees the buffers that wait for use. */
    void release() {
        free.values().forEach(sizes -> sizes.values().forEach(buffers -> buffers.forEach(DataBuffer::close)));
        free.clear();
    }

    /** Frees the buffers that wait for use, and from now on each buffer that is taken back. */
    @Override
    public void close() {
        closed = true;
        release();
    }
}
