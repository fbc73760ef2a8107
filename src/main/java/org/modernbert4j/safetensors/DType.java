package org.modernbert4j.safetensors;

import java.util.List;

/**
 * Element types of tensors, with their names in a file's header, from the smallest alignment to the largest. Of some nothing but the
 * size is known: their tensors may be in a file, but are not read.
 */
public enum DType {
    /** Not read. */
    F4(4),
    /** Not read. */
    F6_E2M3(6),
    /** Not read. */
    F6_E3M2(6),
    /** One byte, 0 or 1. */
    BOOL(8),
    /** Unsigned integer of one byte. */
    U8(8),
    /** Not read. */
    I8(8),
    /** Not read. */
    F8_E5M2(8),
    /** Not read. */
    F8_E4M3(8),
    /** Not read. */
    F8_E8M0(8),
    /** Not read. */
    F8_E4M3FNUZ(8),
    /** Not read. */
    F8_E5M2FNUZ(8),
    /** IEEE 754 binary16. */
    F16(16),
    /** The upper half of an IEEE 754 binary32. */
    BF16(16),
    /** Not read. */
    I16(16),
    /** Not read. */
    U16(16),
    /** Signed integer of four bytes. */
    I32(32),
    /** IEEE 754 binary32. */
    F32(32),
    /** Not read. */
    U32(32),
    /** IEEE 754 binary64. */
    F64(64),
    /** Signed integer of eight bytes. */
    I64(64),
    /** Not read. */
    U64(64),
    /** Not read. */
    C64(64);

    private final int bits;

    DType(int bits) {
        this.bits = bits;
    }

    /** Bytes of one element of a type that is read. */
    public int size() {
        return bits / Byte.SIZE;
    }

    /** Whether the elements are floating-point numbers. */
    public boolean isFloating() {
        return this == F16 || this == BF16 || this == F32 || this == F64;
    }

    /** Whether the elements are integers that are read. */
    boolean isInteger() {
        return this == I64 || this == I32 || this == U8 || this == BOOL;
    }

    /**
     * Bytes of a tensor of this type.
     *
     * @param shape its dimensions, none negative; empty for a single number
     * @throws ArithmeticException if the product does not fit a {@code long}
     */
    long byteCount(List<Long> shape) {
        return Math.multiplyExact(elements(shape), bits) / Byte.SIZE;
    }

    static long elements(List<Long> shape) {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }
}
