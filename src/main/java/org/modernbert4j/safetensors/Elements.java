package org.modernbert4j.safetensors;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.modernbert4j.InputException;

/** Converts little-endian bytes to numbers and back. */
final class Elements {
    private static final int MAGNITUDE = 0x7fff;
    private static final int BFLOAT16_INFINITY = 0x7f80;
    private static final int HALF_INFINITY = 0x7c00;
    private static final int QUIET_HALF_NAN = 0x7e00;
    private static final float LEAST_NORMAL_HALF = 0x1p-14f;
    private static final int EXPONENT_BIAS_DIFFERENCE = 127 - 15;

    private Elements() {}

    /** Reads all of {@code from}. F64 is rounded to nearest; the other types are exact. */
    static void read(DType type, ByteBuffer from, FloatBuffer into) {
        switch (type) {
            case F32 -> into.put(from.asFloatBuffer());
            case F64 -> {
                while (from.hasRemaining()) {
                    into.put((float) from.getDouble());
                }
            }
            case F16 -> {
                while (from.hasRemaining()) {
                    into.put(halfToFloat(from.getShort()));
                }
            }
            case BF16 -> {
                while (from.hasRemaining()) {
                    into.put(Float.intBitsToFloat(from.getShort() << 16));
                }
            }
            default -> throw new IllegalArgumentException(type + " is not floating-point");
        }
    }

    static long[] readLongs(DType type, ByteBuffer from) {
        long[] numbers = new long[from.remaining() / type.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = switch (type) {
                case I64 -> from.getLong();
                case I32 -> from.getInt();
                case U8, BOOL -> Byte.toUnsignedLong(from.get());
                default -> throw new IllegalArgumentException(type + " is not an integer type");
            };
        }
        return numbers;
    }

    /** Converts the bits of a binary16 to the binary32 of the same value. A NaN keeps its payload. */
    static float halfToFloat(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = (bits >>> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        int magnitude =
                switch (exponent) {
                    case 0 -> Float.floatToRawIntBits(fraction * 0x1p-24f);
                    case 0x1f -> 0x7f800000 | (fraction << 13);
                    default -> ((exponent + EXPONENT_BIAS_DIFFERENCE) << 23) | (fraction << 13);
                };
        return Float.intBitsToFloat(sign | magnitude);
    }

    /**
     * Writes all of {@code from}, rounded to nearest, ties to even, as torch does.
     *
     * @throws InputException if a finite number is too large for the type
     */
    static void write(String tensor, DType type, FloatBuffer from, ByteBuffer into) {
        switch (type) {
            case F32 -> {
                int bytes = from.remaining() * Float.BYTES;
                into.slice(into.position(), bytes)
                        .order(into.order())
                        .asFloatBuffer()
                        .put(from);
                into.position(into.position() + bytes);
            }
            case F16 -> {
                while (from.hasRemaining()) {
                    float value = from.get();
                    short half = floatToHalf(value);
                    requireFit(tensor, type, value, (half & MAGNITUDE) == HALF_INFINITY);
                    into.putShort(half);
                }
            }
            case BF16 -> {
                while (from.hasRemaining()) {
                    float value = from.get();
                    short upper = floatToBfloat16(value);
                    requireFit(tensor, type, value, (upper & MAGNITUDE) == BFLOAT16_INFINITY);
                    into.putShort(upper);
                }
            }
            default -> throw new IllegalArgumentException(type + " cannot be written from floats");
        }
    }

    private static void requireFit(String tensor, DType type, float value, boolean infinite) {
        if (infinite && Float.isFinite(value)) {
            throw new InputException(
                    "tensor %s: %s is too large for %s; use a type with a larger range".formatted(tensor, value, type));
        }
    }

    /** The bits of the nearest binary16. Too large numbers become infinite; a NaN stays a NaN. */
    static short floatToHalf(float value) {
        int sign = (Float.floatToRawIntBits(value) >>> 16) & 0x8000;
        float magnitude = Math.abs(value);
        if (Float.isNaN(value)) {
            return (short) (sign | QUIET_HALF_NAN);
        }
        if (magnitude < LEAST_NORMAL_HALF) {
            return (short) (sign | (int) Math.rint(magnitude * 0x1p24f)); // a multiple of the smallest binary16
        }
        int rounded = roundOff(Float.floatToRawIntBits(magnitude), 13) - (EXPONENT_BIAS_DIFFERENCE << 10);
        return (short) (sign | Math.min(rounded, HALF_INFINITY));
    }

    /** The bits of the nearest bfloat16, the upper half of a binary32. A NaN stays a NaN. */
    static short floatToBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        return (short) (Float.isNaN(value) ? (bits >>> 16) | 0x40 : roundOff(bits, 16));
    }

    /** Removes the last bits and rounds to nearest, ties to even. */
    private static int roundOff(int bits, int last) {
        int lessThanHalf = (1 << (last - 1)) - 1;
        return (bits + lessThanHalf + ((bits >>> last) & 1)) >>> last;
    }
}
