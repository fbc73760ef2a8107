package org.modernbert4j.backend;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Reusable memory for arrays of different sizes. Buffers have a few sizes: a new one is at most a quarter larger than its array.
 * A free buffer is reused for an array that fills at least half of it. Before a new buffer is allocated, a free buffer that is a
 * little too small is freed. So the pool has about as many buffers of similar size as there are such arrays at the same time. Not
 * thread safe.
 *
 * @param <B> a buffer of a backend
 */
public final class MemoryPool<B> implements AutoCloseable {
    private static final int MOST_WASTE = 2;

    private final NavigableMap<Long, Deque<B>> free = new TreeMap<>();
    private final LongFunction<B> allocate;
    private final Consumer<B> release;
    private long held;
    private boolean closed;

    /**
     * @param allocate makes a buffer of a size
     * @param release frees a buffer
     */
    public MemoryPool(LongFunction<B> allocate, Consumer<B> release) {
        this.allocate = allocate;
        this.release = release;
    }

    /**
     * A buffer with unspecified contents.
     *
     * @param size at least 1
     * @return a buffer of {@link #capacity} or more
     */
    public B take(long size) {
        long capacity = capacity(size);
        Map.Entry<Long, Deque<B>> enough = free.ceilingEntry(capacity);
        if (enough != null && enough.getKey() <= MOST_WASTE * capacity) {
            held += enough.getKey();
            return remove(enough);
        }
        Map.Entry<Long, Deque<B>> smaller = free.lowerEntry(capacity);
        if (smaller != null && smaller.getKey() * MOST_WASTE >= capacity) {
            release.accept(remove(smaller));
        }
        B buffer = allocate.apply(capacity);
        held += capacity;
        return buffer;
    }

    /** The smallest number of the form 4, 5, 6 or 7 times a power of two that is at least the size. */
    private static long capacity(long size) {
        long step = Math.max(1, Long.highestOneBit(size) / 4);
        return (size + step - 1) / step * step;
    }

    private B remove(Map.Entry<Long, Deque<B>> size) {
        B buffer = size.getValue().pop();
        if (size.getValue().isEmpty()) {
            free.remove(size.getKey());
        }
        return buffer;
    }

    /**
     * Returns a buffer of {@link #take} to the pool; nothing may read it afterwards.
     *
     * @param size of the buffer
     */
    public void give(B buffer, long size) {
        held -= size;
        if (closed) {
            release.accept(buffer);
            return;
        }
        free.computeIfAbsent(size, key -> new ArrayDeque<>()).push(buffer);
    }

    /** Size of all buffers that were taken and not returned yet. */
    public long held() {
        return held;
    }

    /** Number of free buffers. */
    public int size() {
        return free.values().stream().mapToInt(Deque::size).sum();
    }

    /** Frees the memory of the free buffers. */
    public void release() {
        free.values().forEach(buffers -> buffers.forEach(release));
        free.clear();
    }

    /** Frees the memory of the free buffers now, and of each buffer that is returned later. */
    @Override
    public void close() {
        closed = true;
        release();
    }
}
