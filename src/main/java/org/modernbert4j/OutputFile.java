package org.modernbert4j;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes files. A file is replaced at once when all its new bytes are on disk, so it is never half written, and it is never one that
 * a command reads. A symbolic link is replaced as such: what it points to stays. A device or a pipe is written into.
 */
public final class OutputFile {
    /** Age of a temporary file that a killed process has left. */
    private static final Duration LEFT = Duration.ofHours(1);

    private static final String REMEDY = "check the folder and its free space";

    /** Gives the bytes of a file. */
    @FunctionalInterface
    public interface Content {
        /** Writes all bytes. */
        void writeTo(FileChannel out) throws IOException;
    }

    private OutputFile() {}

    /**
     * Checks, before any work, the name of a file that a command is to write.
     *
     * @param inputs files that the command reads; they may be missing
     * @throws InputException if the name is that of a folder or of an input, or its folder does not exist
     */
    public static void check(Path file, List<Path> inputs) {
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file) || folder == null) {
            throw new InputException(file + ": is a folder; use the name of a file");
        }
        if (!Files.isDirectory(folder)) {
            throw new InputException(file + ": its folder does not exist; make it or use another");
        }
        for (Path input : inputs) {
            if (isSame(file, input)) {
                throw new InputException(
                        file + ": found a file that is read (" + input + "), expected another; use another output");
            }
        }
    }

    private static boolean isSame(Path file, Path input) {
        try {
            return Files.exists(file) && Files.exists(input) && Files.isSameFile(file, input);
        } catch (IOException e) {
            throw new InputException(file + ": cannot be looked at (" + Reason.of(e) + "); use another output", e);
        }
    }

    /**
     * Writes or replaces a text in UTF-8.
     *
     * @param remedy what to do if that fails; the message ends with it
     * @throws InputException if the file cannot be written
     */
    public static void write(Path file, String text, String remedy) {
        replace(file, out -> writeAll(out, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))), remedy);
    }

    /**
     * Writes a text in UTF-8 at the end of a file.
     *
     * @param remedy what to do if that fails; the message ends with it
     * @throws InputException if there is no such file, or it cannot be written
     */
    public static void append(Path file, String text, String remedy) {
        try {
            Files.writeString(file, text, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw unwritable(file, e, remedy);
        }
    }

    /**
     * Writes or replaces a file.
     *
     * @throws InputException if the file cannot be written
     */
    public static void replace(Path file, Content content) {
        replace(file, content, REMEDY);
    }

    private static void replace(Path file, Content content, String remedy) {
        try {
            if (isDevice(file)) {
                try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    content.writeTo(out);
                }
                return;
            }
            removeLeft(file.toAbsolutePath().getParent(), TemporaryNames.uniqueOf(file));
            Path partial = TemporaryNames.unique(file);
            try {
                write(partial, content);
                Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(partial);
            }
        } catch (IOException e) {
            throw unwritable(file, e, remedy);
        }
    }

    /** Also a link in {@code /dev}, such as {@code /dev/stdout}. */
    private static boolean isDevice(Path file) {
        return Files.isSymbolicLink(file)
                ? file.toAbsolutePath().startsWith("/dev")
                : Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
    }

    private static void write(Path file, Content content) throws IOException {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            content.writeTo(out);
            out.force(true);
        }
    }

    /** Removes the halves of files that processes which were killed long ago have left in a folder; no locks. */
    static void removeLeft(Path folder) {
        removeLeft(folder, TemporaryNames.uniqueOfAny());
    }

    private static void removeLeft(Path folder, Pattern name) {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path left : files.filter(
                            one -> name.matcher(one.getFileName().toString()).matches()
                                    && Files.isRegularFile(one, LinkOption.NOFOLLOW_LINKS))
                    .toList()) {
                if (isOld(left)) {
                    Files.deleteIfExists(left);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            return; // what is left harms nothing; if the folder cannot be written, the write says so
        }
    }

    private static boolean isOld(Path left) throws IOException {
        try {
            Instant written =
                    Files.getLastModifiedTime(left, LinkOption.NOFOLLOW_LINKS).toInstant();
            return written.isBefore(Instant.now().minus(LEFT));
        } catch (NoSuchFileException e) {
            return false; // its process has just finished it
        }
    }

    private static InputException unwritable(Path file, IOException e, String remedy) {
        return new InputException(file + ": cannot be written (" + Reason.of(e) + "); " + remedy, e);
    }

    /** Writes all remaining bytes. */
    public static void writeAll(WritableByteChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }
}
