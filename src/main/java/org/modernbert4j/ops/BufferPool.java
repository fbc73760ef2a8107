package org.modernbert4j.ops;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Memory for arrays of varying shapes: buffers come in a few sizes, each at most a quarter larger than what is asked for, so that
 * batches of different lengths use the same ones. Not thread safe.
 */
final class BufferPool implements AutoCloseable {
    private record Size(DataType type, long capacity) {}

    private final Map<Size, Deque<DataBuffer>> free = new HashMap<>();
    private boolean closed;

    /** An array with unspecified contents, row-major. */
    INDArray take(DataType type, long[] shape) {
        long count = 1;
        for (long n : shape) {
            count *= n;
        }
        if (count == 0) {
            return Nd4j.empty(type);
        }
        Size size = new Size(type, capacity(count));
        Deque<DataBuffer> buffers = free.get(size);
        DataBuffer buffer =
                buffers == null || buffers.isEmpty() ? Nd4j.createBuffer(type, size.capacity, false) : buffers.pop();
        return Nd4j.create(buffer, shape, Nd4j.getStrides(shape, 'c'), 0, 'c', type);
    }

    /** Takes back an array that {@link #take} gave and that nobody reads any more. */
    void give(INDArray array) {
        if (array.isEmpty()) {
            return;
        }
        DataBuffer buffer = array.data();
        if (closed) {
            buffer.close();
            return;
        }
        free.computeIfAbsent(new Size(buffer.dataType(), buffer.length()), size -> new ArrayDeque<>())
                .push(buffer);
    }

    /** Buffers that wait for use. */
    int size() {
        return free.values().stream().mapToInt(Deque::size).sum();
    }

    /** The least of 4, 5, 6, 7 times a power of two that is enough. */
    private static long capacity(long count) {
        long step = Math.max(1, Long.highestOneBit(count) / 4);
        return (count + step - 1) / step * step;
    }

    @Override
    public void close() {
        closed = true;
        free.values().forEach(buffers -> buffers.forEach(DataBuffer::close));
        free.clear();
    }
}
