package org.modernbert4j.safetensors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Objects;
import org.modernbert4j.InputException;
import org.modernbert4j.Reason;

/** One safetensors file of any size. Tensors are mapped into memory on demand. */
public final class SafetensorsFile implements Tensors {
    private final Path path;
    private final FileChannel channel;
    private final SafetensorsHeader header;

    private SafetensorsFile(Path path, FileChannel channel, SafetensorsHeader header) {
        this.path = path;
        this.channel = channel;
        this.header = header;
    }

    /**
     * Opens a file and checks that its header and its bytes agree.
     *
     * @throws InputException if the file cannot be read, or is not a complete and valid safetensors file; the message names the
     *     problem
     */
    public static SafetensorsFile open(Path path) {
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            try {
                return new SafetensorsFile(path, channel, SafetensorsHeader.read(channel, path));
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    @Override
    public Path path() {
        return path;
    }

    /** Metadata of the file, such as {@code format=pt}; may be empty. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    @Override
    public Map<String, TensorInfo> tensors() {
        return header.tensors();
    }

    @Override
    public ByteBuffer bytes(String name, long first, int count) {
        TensorInfo info = tensor(name);
        Objects.checkFromIndexSize(first, (long) count, info.byteCount());
        if (!channel.isOpen()) {
            throw new IllegalStateException(path + " is closed");
        }
        try {
            return channel.map(FileChannel.MapMode.READ_ONLY, header.dataBegin() + info.begin() + first, count)
                    .order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputException unreadable(Path path, IOException e) {
        return new InputException(
                path + ": cannot be read (" + Reason.of(e) + "); check the path and its permissions", e);
    }
}
