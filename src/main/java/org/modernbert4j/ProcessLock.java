package org.modernbert4j;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A lock that this process holds on a file, against other processes and against other threads of this one. The system frees it when
 * the process ends, however it ends.
 *
 * <pre>{@code
 * Optional<ProcessLock> lock = ProcessLock.tryOpen(file);
 * String holder = lock.isPresent() ? "this one" : ProcessLock.holder(file);
 * }</pre>
 */
public final class ProcessLock implements AutoCloseable {
    /** The byte that is locked: far behind what is written, as on Windows a locked byte cannot be read. */
    private static final long BYTE = Long.MAX_VALUE - 1;

    private static final int LONGEST_HOLDER = 200;

    /** What systems say where a file system has no locks. */
    private static final Pattern NO_LOCKS = Pattern.compile(
            "no locks available|not supported|not implemented|incorrect function", Pattern.CASE_INSENSITIVE);

    /**
     * The files of this process's locks. A process that closes a file loses its lock on it, even if another of its threads holds
     * it; so no thread may open a file that another has locked.
     */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    /** The file of that path once more: closing it earlier would free the lock. Null if there are no locks. */
    private final FileChannel byPath;

    /** Locks an open file; null if somebody else has. Tests give one that fails. */
    @FunctionalInterface
    interface Locking {
        FileLock tryLock(FileChannel channel) throws IOException;
    }

    /** What comes of locking; a file system may have no locks. */
    private enum Outcome {
        LOCKED,
        HELD_BY_OTHERS,
        NO_LOCKS
    }

    private ProcessLock(Path file, FileChannel channel, FileChannel byPath) {
        this.file = file;
        this.channel = channel;
        this.byPath = byPath;
    }

    /**
     * Takes a lock, unless somebody else has it.
     *
     * @param path of the file that stands for the lock, in a folder that exists; it is made if it is not there
     * @return the lock; empty if somebody else has it
     * @throws IOException if the file cannot be made
     */
    public static Optional<ProcessLock> tryOpen(Path path) throws IOException {
        return tryOpen(path, channel -> channel.tryLock(BYTE, 1, false));
    }

    static Optional<ProcessLock> tryOpen(Path path, Locking locking) throws IOException {
        Path file = path.toAbsolutePath().getParent().toRealPath().resolve(path.getFileName());
        if (!OPEN.add(file)) {
            return Optional.empty();
        }
        Optional<ProcessLock> lock = Optional.empty();
        try {
            lock = open(file, locking);
        } finally {
            if (lock.isEmpty()) {
                OPEN.remove(file);
            }
        }
        return lock;
    }

    private static Optional<ProcessLock> open(Path file, Locking locking) throws IOException {
        while (true) {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            boolean taken = false;
            try {
                Outcome outcome = locked(channel, locking);
                if (outcome == Outcome.HELD_BY_OTHERS) {
                    return Optional.empty();
                }
                byte[] signature = sign(channel);
                Optional<FileChannel> byPath =
                        outcome == Outcome.NO_LOCKS ? Optional.empty() : openSigned(file, signature);
                taken = outcome == Outcome.NO_LOCKS || byPath.isPresent();
                if (taken) {
                    return Optional.of(new ProcessLock(file, channel, byPath.orElse(null)));
                }
            } finally {
                if (!taken) {
                    channel.close();
                }
            }
        }
    }

    /**
     * The file of a path, if it is the one that was signed. If not, the holder before has deleted the file that was locked, and
     * somebody may have locked another one by now.
     */
    private static Optional<FileChannel> openSigned(Path file, byte[] signature) throws IOException {
        FileChannel found;
        try {
            found = FileChannel.open(file, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        boolean same = false;
        try {
            ByteBuffer bytes = ByteBuffer.allocate(signature.length);
            while (bytes.hasRemaining() && found.read(bytes) >= 0) {
                // until all is read
            }
            same = bytes.flip().equals(ByteBuffer.wrap(signature));
        } finally {
            if (!same) {
                found.close();
            }
        }
        return same ? Optional.of(found) : Optional.empty();
    }

    private static Outcome locked(FileChannel channel, Locking locking) throws IOException {
        try {
            return locking.tryLock(channel) == null ? Outcome.HELD_BY_OTHERS : Outcome.LOCKED;
        } catch (OverlappingFileLockException e) {
            return Outcome.HELD_BY_OTHERS; // by this process, with other classes of this name
        } catch (IOException e) {
            if (NO_LOCKS.matcher(String.valueOf(e.getMessage())).find()) {
                return Outcome.NO_LOCKS;
            }
            throw e;
        }
    }

    /** Writes who has the lock, and below that what nobody else writes. */
    private static byte[] sign(FileChannel channel) throws IOException {
        String lines = "process " + ProcessHandle.current().pid() + ", since "
                + Instant.now().truncatedTo(ChronoUnit.SECONDS) + "\n" + UUID.randomUUID() + "\n";
        byte[] signature = lines.getBytes(StandardCharsets.UTF_8);
        channel.truncate(0);
        OutputFile.writeAll(channel, ByteBuffer.wrap(signature));
        return signature;
    }

    /** Who has the lock on a file, such as {@code process 4711, since 2025-01-31T12:00:00Z}, as far as that is known. */
    public static String holder(Path path) {
        try {
            Path file = path.toAbsolutePath().getParent().toRealPath().resolve(path.getFileName());
            if (!OPEN.add(file)) {
                return "this process";
            }
            try {
                String line = Files.readString(file).lines().findFirst().orElse("");
                boolean isSigned = line.startsWith("process ") && line.length() < LONGEST_HOLDER;
                return isSigned ? line : "another process";
            } finally {
                OPEN.remove(file);
            }
        } catch (IOException e) {
            return "another process"; // its name is not needed
        }
    }

    /** Whether the file system has locks; if not, nobody is kept away. */
    public boolean works() {
        return byPath != null;
    }

    /** Deletes the file and frees the lock. */
    public void delete() throws IOException {
        try {
            Files.deleteIfExists(file);
        } finally {
            close();
        }
    }

    /** Frees the lock; the file stays. */
    @Override
    public void close() throws IOException {
        try {
            channel.close();
            if (byPath != null) {
                byPath.close();
            }
        } finally {
            OPEN.remove(file);
        }
    }
}
