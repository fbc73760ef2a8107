package org.modernbert4j;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Numbers in a temporary file, little-endian float32, written and read at any place. The file is deleted when this is closed. */
public final class FloatFile implements AutoCloseable {
    private final Path path;
    private final String remedy;
    private final FileChannel channel;

    /**
     * Makes the file, or replaces it.
     *
     * @param remedy what to do if the file cannot be made, written or read; the message ends with it
     * @throws InputException if it cannot be made
     */
    public FloatFile(Path path, String remedy) {
        this.path = path;
        this.remedy = remedy;
        try {
            channel = FileChannel.open(
                    path,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /**
     * Writes numbers.
     *
     * @param numbers from position to limit, which stay
     * @param at index in the file of the first
     * @throws InputException if they cannot be written
     */
    public void write(FloatBuffer numbers, long at) {
        ByteBuffer bytes = bytes(numbers.remaining());
        bytes.asFloatBuffer().put(numbers.duplicate());
        try {
            OutputFile.writeAll(channel.position(at * Float.BYTES), bytes);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /**
     * Reads numbers.
     *
     * @param at index in the file of the first
     * @throws InputException if they cannot be read, or were not all written
     */
    public FloatBuffer read(long at, int count) {
        ByteBuffer bytes = bytes(count);
        try {
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, at * Float.BYTES + bytes.position()) < 0) {
                    throw tooShort();
                }
            }
        } catch (IOException e) {
            throw unusable(e);
        }
        return bytes.flip().asFloatBuffer();
    }

    /** Writes the first numbers elsewhere; throws an {@link InputException} if the file has fewer. */
    public void copyTo(WritableByteChannel out, long count) throws IOException {
        long end = count * Float.BYTES;
        if (channel.size() < end) {
            throw tooShort();
        }
        long at = 0;
        while (at < end) {
            at += channel.transferTo(at, end - at, out);
        }
    }

    private static ByteBuffer bytes(int numbers) {
        return ByteBuffer.allocate(numbers * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    private InputException tooShort() throws IOException {
        return unusable(new IOException("it ends at byte " + channel.size()));
    }

    private InputException unusable(IOException e) {
        return new InputException(path + ": cannot be written or read (" + Reason.of(e) + "); " + remedy, e);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw unusable(e);
        }
    }
}
