package org.modernbert4j.safetensors;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.modernbert4j.InputException;
import org.modernbert4j.NearNames;

/**
 * Named tensors to read. Thread safe.
 *
 * <p>Every method that takes a name throws {@link InputException} if there is no such tensor; the message gives similar names. It
 * throws {@link IllegalStateException} after {@link #close}.
 */
public interface Tensors extends AutoCloseable {
    /** Maximum bytes to map at once: fits into a buffer and is a multiple of every element size. */
    int MAPPED_AT_ONCE = 1 << 30;

    /** Numbers that are looked at together by {@link #requireFinite}. */
    int CHECKED_AT_ONCE = 1 << 20;

    /** The file or folder that holds the tensors. */
    Path path();

    /** Every tensor by name, in the order of their bytes. */
    Map<String, TensorInfo> tensors();

    /**
     * A part of a tensor's bytes, mapped into memory without a copy.
     *
     * @param name of the tensor
     * @param first the first byte, counted from the beginning of the tensor
     * @param count number of bytes
     * @return a read-only little-endian buffer of {@code count} bytes; it stays valid after {@link #close}
     * @throws IndexOutOfBoundsException if the tensor has no such bytes
     * @throws InputException if the file cannot be read
     */
    ByteBuffer bytes(String name, long first, int count);

    /** The file that holds a tensor. */
    default Path path(String name) {
        return path();
    }

    /** Closes the files. Mapped buffers stay valid until they are garbage-collected. */
    @Override
    void close();

    /** Type and shape of one tensor. */
    default TensorInfo tensor(String name) {
        TensorInfo info = tensors().get(name);
        if (info == null) {
            throw new InputException("%s: no tensor %s among %d; %scheck that the file is for this model"
                    .formatted(
                            path(),
                            name,
                            tensors().size(),
                            NearNames.of(name, tensors().keySet())
                                    .map(near -> "near names: " + near + "; ")
                                    .orElse("")));
        }
        return info;
    }

    /**
     * All bytes of a tensor, mapped as in {@link #bytes(String, long, int)}.
     *
     * @throws InputException if the tensor is over 2 GiB
     */
    default ByteBuffer bytes(String name) {
        TensorInfo info = tensor(name);
        return bytes(name, 0, arrayLength(name, info.byteCount(), "bytes"));
    }

    /**
     * All numbers of a tensor of type F64, F32, F16 or BF16.
     *
     * @return {@link TensorInfo#elements} numbers, the last dimension contiguous; F64 is rounded to nearest, the others are exact
     * @throws InputException if the tensor has another type, or more numbers than an array can hold
     */
    default float[] floats(String name) {
        float[] numbers = new float[arrayLength(name, tensor(name).elements(), "numbers")];
        readFloats(name, FloatBuffer.wrap(numbers));
        return numbers;
    }

    /**
     * Reads all numbers of a tensor, converted as in {@link #floats}.
     *
     * @param into receives the numbers; its position moves to its limit
     * @throws IllegalArgumentException if the buffer has room for more or fewer numbers than the tensor has
     * @throws InputException if the tensor is not of type F64, F32, F16 or BF16
     */
    default void readFloats(String name, FloatBuffer into) {
        long elements = tensor(name).elements();
        if (into.remaining() != elements) {
            throw new IllegalArgumentException(
                    "%s has %d elements, the buffer has room for %d".formatted(name, elements, into.remaining()));
        }
        readFloats(name, 0, into);
    }

    /**
     * Reads a range of a tensor's numbers, converted as in {@link #floats}. For the rows {@code a} to {@code b - 1} of a matrix of
     * shape [rows, columns], {@code firstElement} is {@code a * columns} and the buffer has room for {@code (b - a) * columns}.
     *
     * @param firstElement the first number to read
     * @param into receives as many numbers as it has room for; its position moves to its limit
     * @throws IndexOutOfBoundsException if the tensor has no such numbers
     * @throws InputException if the tensor is not of type F64, F32, F16 or BF16
     */
    default void readFloats(String name, long firstElement, FloatBuffer into) {
        TensorInfo info = tensor(name);
        if (!info.type().isFloating()) {
            throw wrongType(info, "F64, F32, F16 or BF16");
        }
        Objects.checkFromIndexSize(firstElement, (long) into.remaining(), info.elements());
        int size = info.type().size();
        long at = firstElement;
        while (into.hasRemaining()) {
            int count = Math.min(into.remaining(), MAPPED_AT_ONCE / size);
            Elements.read(info.type(), bytes(name, at * size, count * size), into);
            at += count;
        }
    }

    /**
     * Reads a range of a tensor's numbers as {@link #readFloats(String, long, FloatBuffer)} does, and refuses NaN and infinities.
     *
     * @throws InputException also if a number is not finite; the message names the file, the tensor, how many there are and the first
     */
    default void readFinite(String name, long firstElement, FloatBuffer into) {
        FloatBuffer read = into.slice();
        readFloats(name, firstElement, into);
        NonFinite.in(read).ifPresent(found -> {
            throw notFinite(name, firstElement, found);
        });
    }

    /**
     * Reads all numbers of a tensor and refuses NaN and infinities, as {@link #readFinite} does; keeps none of them.
     *
     * @throws InputException if a number is not finite, or the tensor is not of type F64, F32, F16 or BF16
     */
    default void requireFinite(String name) {
        long elements = tensor(name).elements();
        FloatBuffer some = FloatBuffer.allocate((int) Math.min(CHECKED_AT_ONCE, elements));
        NonFinite found = null;
        long first = 0;
        for (long at = 0; at < elements; at += some.limit()) {
            readFloats(name, at, some.clear().limit((int) Math.min(some.capacity(), elements - at)));
            Optional<NonFinite> here = NonFinite.in(some.flip());
            if (here.isPresent()) {
                first = found == null ? at : first;
                found = found == null ? here.get() : found.and(here.get());
            }
        }
        if (found != null) {
            throw notFinite(name, first, found);
        }
    }

    /**
     * All numbers of a tensor of type I64, I32, U8 or BOOL.
     *
     * @return {@link TensorInfo#elements} numbers, the last dimension contiguous; U8 is unsigned
     * @throws InputException if the tensor has another type, or is over 2 GiB
     */
    default long[] longs(String name) {
        TensorInfo info = tensor(name);
        if (!info.type().isInteger()) {
            throw wrongType(info, "I64, I32, U8 or BOOL");
        }
        return Elements.readLongs(info.type(), bytes(name));
    }

    private InputException notFinite(String name, long before, NonFinite found) {
        return new InputException(
                "%s: tensor %s: found %s, expected finite numbers; use an earlier checkpoint, or get the file again"
                        .formatted(
                                path(name),
                                name,
                                found.describe(before, tensor(name).shape())));
    }

    private int arrayLength(String name, long length, String unit) {
        int longest = Integer.MAX_VALUE - 8;
        if (length > longest) {
            throw new InputException("%s: tensor %s has %d %s, at most %d can be read at once; read it in parts"
                    .formatted(path(), name, length, unit, longest));
        }
        return (int) length;
    }

    private InputException wrongType(TensorInfo info, String expected) {
        return new InputException("%s: tensor %s has type %s, expected %s; save it again with that type"
                .formatted(path(), info.name(), info.type(), expected));
    }
}
