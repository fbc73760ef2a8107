package org.modernbert4j.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.modernbert4j.InputException;

/** Keeps other processes, and other threads of this one, from downloading the same file. Ends with the process at the latest. */
final class ProcessLock {
    private static final long INTERVAL = 50;

    private ProcessLock() {}

    /** What is done while nobody else does it. */
    @FunctionalInterface
    interface Work<E extends Exception> {
        void run() throws E;
    }

    /**
     * Waits until nobody else holds a lock, and works.
     *
     * @param file that stands for the lock; it and its folders are made, and it stays
     * @param waiting called once if somebody else holds it
     * @param work what is done
     * @throws InputException if the file cannot be made or locked
     */
    static <E extends Exception> void hold(Path file, Runnable waiting, Work<E> work) throws E {
        FileChannel channel = locked(file, waiting);
        try {
            work.run();
        } finally {
            close(file, channel); // that is the end of the lock
        }
    }

    private static FileChannel locked(Path file, Runnable waiting) {
        try {
            Files.createDirectories(file.getParent());
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                if (!isLocked(channel)) {
                    waiting.run();
                    do {
                        Thread.sleep(INTERVAL);
                    } while (!isLocked(channel));
                }
                return channel;
            } catch (IOException | InterruptedException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw unusable(file, e);
        } catch (InterruptedException e) {
            throw RetryPolicy.interrupted(e);
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // another thread of this process has it
        }
    }

    private static void close(Path file, FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    private static InputException unusable(Path file, IOException e) {
        return new InputException(file + ": cannot be locked (" + e + "); see that its folder can be written to", e);
    }
}
