package org.modernbert4j.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.function.Supplier;
import org.modernbert4j.OutputFile;

/**
 * A tensor to write. The writer requests its content only when it writes this tensor.
 *
 * @param name unique in the file
 * @param type of its elements
 * @param shape its dimensions, the last one contiguous; empty for a single number
 * @param content its bytes, exactly as many as type and shape need: little-endian, the last dimension contiguous
 */
public record TensorSource(String name, DType type, List<Long> shape, OutputFile.Content content) {
    private static final int FLOATS_AT_ONCE = 1 << 18;

    /**
     * Keeps its own copy of the shape.
     *
     * @throws IllegalArgumentException if a dimension is negative
     */
    public TensorSource {
        shape = List.copyOf(shape);
        if (shape.stream().anyMatch(dimension -> dimension < 0)) {
            throw new IllegalArgumentException("tensor " + name + " has shape " + shape);
        }
    }

    /**
     * A tensor of type F32.
     *
     * @param numbers read from position to limit; the position does not change
     */
    public static TensorSource floats(String name, List<Long> shape, Supplier<FloatBuffer> numbers) {
        return floats(name, DType.F32, shape, List.of(numbers));
    }

    /**
     * A tensor of a floating-point type from several parts: matrices of shape [rows, columns] are stacked by rows. Numbers are
     * rounded to nearest, ties to even. If a finite number is too large for the type, writing throws an {@link
     * org.modernbert4j.InputException} that names the tensor.
     *
     * @param type F32, F16 or BF16
     * @param parts one after the other; each is read from position to limit, and its position does not change
     */
    public static TensorSource floats(String name, DType type, List<Long> shape, List<Supplier<FloatBuffer>> parts) {
        List<Supplier<FloatBuffer>> kept = List.copyOf(parts);
        return new TensorSource(name, type, shape, out -> {
            for (Supplier<FloatBuffer> part : kept) {
                write(name, type, part.get().duplicate(), out);
            }
        });
    }

    long byteCount() {
        return type.byteCount(shape);
    }

    private static void write(String name, DType type, FloatBuffer numbers, WritableByteChannel out)
            throws IOException {
        int most = Math.min(numbers.remaining(), FLOATS_AT_ONCE);
        ByteBuffer bytes = ByteBuffer.allocate(most * type.size()).order(ByteOrder.LITTLE_ENDIAN);
        while (numbers.hasRemaining()) {
            int count = Math.min(numbers.remaining(), FLOATS_AT_ONCE);
            Elements.write(name, type, numbers.slice(numbers.position(), count), bytes.clear());
            numbers.position(numbers.position() + count);
            OutputFile.writeAll(out, bytes.flip());
        }
    }
}
