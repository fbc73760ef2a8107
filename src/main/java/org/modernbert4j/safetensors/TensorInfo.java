package org.modernbert4j.safetensors;

import java.util.List;

/**
 * A tensor in a file's header.
 *
 * @param name its name in the file
 * @param type of its elements
 * @param shape its dimensions, the last one contiguous; empty for a single number
 * @param begin position of the first byte, counted from the end of the header of its file
 * @param end position after the last byte, also counted from the end of the header
 */
public record TensorInfo(String name, DType type, List<Long> shape, long begin, long end) {
    /** Keeps its own copy of the shape. */
    public TensorInfo {
        shape = List.copyOf(shape);
    }

    /** How many numbers the tensor holds. */
    public long elements() {
        return DType.elements(shape);
    }

    /** How many bytes the tensor takes. */
    public long byteCount() {
        return end - begin;
    }
}
