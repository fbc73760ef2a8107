package org.modernbert4j.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.modernbert4j.InputException;

/** Writes folders so that they are complete or absent, never half written. */
public final class AtomicFolder {
    private AtomicFolder() {}

    /**
     * Writes a folder under a temporary name in the same parent, forces it to disk, and renames it. An existing folder of that
     * name stays until then.
     *
     * @param folder final path of the folder
     * @param content fills the empty folder
     * @throws InputException if the folder cannot be written
     */
    public static void write(Path folder, Consumer<Path> content) {
        Path partial = folder.resolveSibling(folder.getFileName() + ".partial");
        Path old = folder.resolveSibling(folder.getFileName() + ".old");
        try {
            delete(partial);
            Files.createDirectories(partial);
            fill(partial, content);
            sync(partial);
            delete(old);
            if (Files.exists(folder)) {
                Files.move(folder, old, StandardCopyOption.ATOMIC_MOVE);
            }
            Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
            delete(old);
        } catch (IOException e) {
            throw new InputException(folder + ": cannot be written (" + e + "); make room or use another folder", e);
        }
    }

    private static void fill(Path partial, Consumer<Path> content) throws IOException {
        try {
            content.accept(partial);
        } catch (RuntimeException | Error e) {
            delete(partial);
            throw e;
        }
    }

    /**
     * Deletes a folder with its content. If it does not exist, nothing happens.
     *
     * @throws InputException if something cannot be deleted
     */
    public static void remove(Path folder) {
        try {
            delete(folder);
        } catch (IOException e) {
            throw new InputException(folder + ": cannot be deleted (" + e + "); delete it by hand", e);
        }
    }

    private static void sync(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) { // content before its folder
                Files.delete(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
