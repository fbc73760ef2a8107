package org.modernbert4j;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A folder that this process writes into, and no other until this is closed: a lock says so. That the disk takes anything is tried at
 * once. If nothing has come of it, the folder is gone again when this is closed.
 *
 * <pre>{@code
 * OutputFolder.requireApart(folder, List.of(model, data));
 * try (OutputFolder output = OutputFolder.claim(folder, listener::note)) {
 *     output.requireRoom(bytes, "the checkpoints", Room.OF_DISK);
 *     ...
 * }
 * }</pre>
 */
public final class OutputFolder implements AutoCloseable {
    private static final int PROBE_BYTES = 1 << 16;
    private static final double MEBIBYTE = 1 << 20;

    private final Path folder;
    private final ProcessLock lock;
    private final List<Path> made;

    /** Tells how much room a disk has; tests give another. */
    @FunctionalInterface
    public interface Room {
        /** The room of the disk that a folder is on, as its file system tells. */
        Room OF_DISK = folder -> {
            FileStore disk = Files.getFileStore(folder);
            return disk.getTotalSpace() == 0 ? Long.MAX_VALUE : disk.getUsableSpace(); // some do not tell
        };

        /** Bytes that may still be written into a folder. */
        long free(Path folder) throws IOException;
    }

    private OutputFolder(Path folder, ProcessLock lock, List<Path> made) {
        this.folder = folder;
        this.lock = lock;
        this.made = made;
    }

    /**
     * Checks that a command does not write where it reads.
     *
     * @param folder that is to be written; it may be missing
     * @param inputs files and folders that are read; they may be missing
     * @throws InputException if the folder is one of the inputs, lies in one or holds one, directly or by a symbolic link
     */
    public static void requireApart(Path folder, List<Path> inputs) {
        Path output = real(folder);
        for (Path input : inputs) {
            Path read = real(input);
            if (output.startsWith(read) || read.startsWith(output)) {
                String how = output.equals(read) ? "is" : output.startsWith(read) ? "lies in" : "holds";
                throw new InputException(folder + ": " + how + " what is read (" + input
                        + "), expected a folder apart from that; use another output");
            }
        }
    }

    /** The absolute path without symbolic links, as far as it exists. */
    private static Path real(Path path) {
        Path absolute = path.toAbsolutePath();
        Path there = absolute;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        try {
            return there.toRealPath().resolve(there.relativize(absolute)).normalize();
        } catch (IOException e) {
            throw new InputException(path + ": cannot be looked at (" + Reason.of(e) + "); use another path", e);
        }
    }

    /**
     * Makes a folder if it is not there, and locks it.
     *
     * @param notes receives a line if the file system has no locks
     * @throws InputException if it is a file, another process or thread writes into it, or it cannot be written
     */
    public static OutputFolder claim(Path folder, Consumer<String> notes) {
        return claim(folder, folder, "", notes);
    }

    /**
     * Locks the name of a folder that is to appear later, and makes the folder that it will be in.
     *
     * @throws InputException as {@link #claim} does
     */
    public static OutputFolder claimName(Path folder, Consumer<String> notes) {
        Path in = folder.toAbsolutePath().getParent();
        return claim(folder, in, "." + folder.toAbsolutePath().getFileName(), notes);
    }

    private static OutputFolder claim(Path folder, Path in, String name, Consumer<String> notes) {
        if (Files.exists(in) && !Files.isDirectory(in)) {
            throw new InputException(in + ": found a file, expected a folder; use another one");
        }
        List<Path> made = new ArrayList<>();
        try {
            make(in, made);
            Path file = in.resolve(TemporaryNames.lock(name));
            Optional<ProcessLock> lock = ProcessLock.tryOpen(file);
            if (lock.isEmpty()) {
                throw new InputException(folder + ": found that it is being written (" + ProcessLock.holder(file)
                        + "), expected a folder that nobody writes; wait until that ends, or use another folder");
            }
            if (!lock.get().works()) {
                notes.accept(folder + ": its disk has no locks; let no other process write into it meanwhile");
            }
            OutputFolder claimed = new OutputFolder(in, lock.get(), made);
            try {
                claimed.probe(name);
            } catch (IOException e) {
                claimed.close();
                throw e;
            }
            return claimed;
        } catch (IOException e) {
            removeEmpty(made);
            throw new InputException(
                    folder + ": cannot be written (" + Reason.of(e) + "); make room, change its permissions, or use"
                            + " another folder",
                    e);
        }
    }

    /** Makes a folder with those above it; {@code made} gets those that were not there, the innermost first. */
    private static void make(Path folder, List<Path> made) throws IOException {
        for (Path missing = folder.toAbsolutePath();
                missing != null && !Files.exists(missing, LinkOption.NOFOLLOW_LINKS);
                missing = missing.getParent()) {
            made.add(missing);
        }
        Files.createDirectories(folder);
    }

    private void probe(String name) throws IOException {
        Path probe = folder.resolve(TemporaryNames.probe(name));
        ByteBuffer bytes = ByteBuffer.allocate(PROBE_BYTES);
        for (int i = 0; bytes.hasRemaining(); i++) {
            bytes.put((byte) (i * i % 251)); // not zeros, which a file system may not store
        }
        try (FileChannel out = FileChannel.open(
                probe, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            OutputFile.writeAll(out, bytes.flip());
            out.force(true);
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    /**
     * Checks that there is room for what is to be written.
     *
     * @param bytes that will be needed, beside what is there
     * @param what needs them, such as {@code two checkpoints}
     * @param room tells what the disk has
     * @throws InputException if there is less
     */
    public void requireRoom(long bytes, String what, Room room) {
        try {
            long free = room.free(folder);
            if (free < bytes) {
                throw new InputException(
                        "%s: found %s MiB free on its disk, expected %s MiB for %s; make room, or use a folder on another disk"
                                .formatted(folder, mebibytes(free), mebibytes(bytes), what));
            }
        } catch (IOException e) {
            throw new InputException(folder + ": its free room is not known (" + Reason.of(e) + "); use another", e);
        }
    }

    private static String mebibytes(long bytes) {
        return Numbers.fixed(bytes / MEBIBYTE, 1);
    }

    /** Removes the temporary files that a process which was killed long ago has left in the folder. */
    public void removeLeft() {
        OutputFile.removeLeft(folder);
    }

    private static void removeEmpty(List<Path> folders) {
        for (Path folder : folders) {
            try {
                Files.deleteIfExists(folder);
            } catch (IOException e) {
                return; // something is in it, or another process works there: it stays
            }
        }
    }

    /** Frees the lock. Removes the folders that were made, if nothing is in them. */
    @Override
    public void close() {
        try {
            lock.delete();
        } catch (IOException e) {
            throw new InputException(
                    folder + ": its lock cannot be removed (" + Reason.of(e) + "); delete " + TemporaryNames.lock(""),
                    e);
        } finally {
            removeEmpty(made);
        }
    }
}
