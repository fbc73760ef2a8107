package org.modernbert4j.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files built byte by byte, sound or not. */
final class SafetensorsBytes {
    private SafetensorsBytes() {}

    /** A file of this header, and then {@code dataBytes} zeros. */
    static Path file(Path folder, String header, int dataBytes) throws IOException {
        return file(folder, header, new byte[dataBytes]);
    }

    /** A file of this header, and then this data. */
    static Path file(Path folder, String header, byte[] data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return raw(
                folder,
                lengthAnd(json.length, json.length + data.length).put(json).put(data));
    }

    /** Eight bytes of length, and room for {@code more} bytes. */
    static ByteBuffer lengthAnd(long length, int more) {
        return ByteBuffer.wrap(new byte[Long.BYTES + more])
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length);
    }

    /** A file of all bytes of a buffer. */
    static Path raw(Path folder, ByteBuffer bytes) throws IOException {
        byte[] all = new byte[bytes.capacity()];
        bytes.rewind().get(all);
        return Files.write(folder.resolve("file.safetensors"), all);
    }
}
