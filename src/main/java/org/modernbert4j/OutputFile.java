package org.modernbert4j;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes files. */
public final class OutputFile {
    /** Gives the bytes of a file. */
    @FunctionalInterface
    public interface Content {
        /** Writes all bytes. */
        void writeTo(FileChannel out) throws IOException;
    }

    private OutputFile() {}

    /**
     * Writes a text in UTF-8.
     *
     * @param remedy what to do if that fails; the message ends with it
     * @param options as of {@link Files#writeString}
     * @throws InputException if the file cannot be written
     */
    public static void write(Path file, String text, String remedy, OpenOption... options) {
        try {
            Files.writeString(file, text, options);
        } catch (IOException e) {
            throw new InputException(file + ": cannot be written (" + e + "); " + remedy, e);
        }
    }

    /**
     * Writes or replaces a file. The bytes go to a file {@code file} + {@code .partial}. It replaces {@code file} when all bytes
     * are on disk, so {@code file} is never half written.
     *
     * @throws InputException if the file cannot be written
     */
    public static void replace(Path file, Content content) {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            try {
                write(partial, content);
                Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(partial);
            }
        } catch (IOException e) {
            throw new InputException(file + ": cannot be written (" + e + "); check the folder and its free space", e);
        }
    }

    private static void write(Path file, Content content) throws IOException {
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            content.writeTo(out);
            out.force(true);
        }
    }

    /** Writes all remaining bytes. */
    public static void writeAll(WritableByteChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }
}
