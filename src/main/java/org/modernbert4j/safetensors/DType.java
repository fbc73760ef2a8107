package org.modernbert4j.safetensors;

import java.util.List;

/** Element types of tensors, with their names in a file's header, from the smallest alignment to the largest. */
public enum DType {
    /** One byte, 0 or 1. */
    BOOL(1),
    /** Unsigned integer of one byte. */
    U8(1),
    /** IEEE 754 binary16. */
    F16(2),
    /** The upper half of an IEEE 754 binary32. */
    BF16(2),
    /** Signed integer of four bytes. */
    I32(4),
    /** IEEE 754 binary32. */
    F32(4),
    /** IEEE 754 binary64. */
    F64(8),
    /** Signed integer of eight bytes. */
    I64(8);

    private final int size;

    DType(int size) {
        this.size = size;
    }

    /** Bytes of one element. */
    public int size() {
        return size;
    }

    /** Whether the elements are floating-point numbers. */
    public boolean isFloating() {
        return this == F16 || this == BF16 || this == F32 || this == F64;
    }

    /**
     * Bytes of a tensor of this type.
     *
     * @param shape its dimensions, none negative; empty for a single number
     * @throws ArithmeticException if the product does not fit a {@code long}
     */
    long byteCount(List<Long> shape) {
        return Math.multiplyExact(elements(shape), size);
    }

    static long elements(List<Long> shape) {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }
}
