package org.modernbert4j.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Consumer;
import org.modernbert4j.InputException;

/** Folders that are there whole or not at all. */
public final class AtomicFolder {
    private AtomicFolder() {}

    /**
     * Has a folder written under a temporary name beside its own, makes sure that it is on the disk, and renames it. What had
     * the name before is there until then.
     *
     * @param folder the name in the end
     * @param content fills an empty folder
     * @throws InputException if it cannot be written
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
     * Deletes a folder and what is in it; one that is not there is no error.
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
        try (var files = Files.list(folder)) {
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
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
