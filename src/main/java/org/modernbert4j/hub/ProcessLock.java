package org.modernbert4j.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.modernbert4j.InputException;

/** Keeps other processes, and other threads of this one, from downloading the same file. Ends with the process at the latest. */
final class ProcessLock {
    private static final Duration INTERVAL = Duration.ofMillis(50);

    private ProcessLock() {}

    /** What is done while nobody else does it. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException;
    }

    /**
     * Waits until nobody else holds a lock, and works.
     *
     * @param file that stands for the lock; it and its folders are made, and it stays
     * @param waiting called once if somebody else holds it
     * @param work what is done
     * @throws InputException if the file cannot be made or locked
     * @throws IOException of the work
     */
    static void hold(Path file, Runnable waiting, Work work) throws IOException {
        FileChannel channel = open(file);
        try (channel) {
            if (!isLocked(file, channel)) {
                waiting.run();
                do {
                    RetryPolicy.sleep(INTERVAL);
                } while (!isLocked(file, channel));
            }
            work.run();
        }
    }

    private static FileChannel open(Path file) {
        try {
            Files.createDirectories(file.getParent());
            return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    private static boolean isLocked(Path file, FileChannel channel) {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // another thread of this process has it
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    private static InputException unusable(Path file, IOException e) {
        return new InputException(file + ": cannot be locked (" + e + "); check that its folder can be written to", e);
    }
}
