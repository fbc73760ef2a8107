package org.modernbert4j.safetensors;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.modernbert4j.InputException;

/** Turns little-endian bytes into numbers. */
final class ElementReader {
    /** Bytes mapped at once: a multiple of every element size that a buffer can hold. */
    static final int MAPPED_AT_ONCE = 1 << 30;

    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    private ElementReader() {}

    static void floats(DType type, ByteBuffer from, FloatBuffer into) {
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

    static long[] longs(DType type, ByteBuffer from) {
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

    /** The binary16 with these bits as the binary32 of the same value, a NaN keeping its payload. */
    static float halfToFloat(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = (bits >>> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        int magnitude =
                switch (exponent) {
                    case 0 -> Float.floatToRawIntBits(fraction * 0x1p-24f);
                    case 0x1f -> 0x7f800000 | (fraction << 13);
                    default -> ((exponent + 127 - 15) << 23) | (fraction << 13);
                };
        return Float.intBitsToFloat(sign | magnitude);
    }

    static int arrayLength(Path path, String name, long length, String unit) {
        if (length > LARGEST_ARRAY) {
            throw new InputException("%s: tensor %s has %d %s, at most %d can be read at once; read it in parts"
                    .formatted(path, name, length, unit, LARGEST_ARRAY));
        }
        return (int) length;
    }

    static InputException wrongType(Path path, TensorInfo info, String wanted) {
        return new InputException("%s: tensor %s has type %s, wanted %s; save it again with that type"
                .formatted(path, info.name(), info.type(), wanted));
    }
}
