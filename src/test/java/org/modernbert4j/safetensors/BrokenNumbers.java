package org.modernbert4j.safetensors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Puts numbers into a safetensors file of float32. */
public final class BrokenNumbers {
    private BrokenNumbers() {}

    /** Replaces some numbers of a tensor, from a place on. */
    public static void put(Path file, String tensor, int first, float... numbers) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            SafetensorsHeader header = SafetensorsHeader.read(channel, file);
            ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(numbers);
            long at = header.dataBegin() + header.tensors().get(tensor).begin();
            channel.write(bytes, at + (long) first * Float.BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
