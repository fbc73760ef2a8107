package org.modernbert4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessLockTest {
    @TempDir
    private Path temp;

    /** Another process, which tries to take a lock, says whether it has it, and keeps it. */
    static final class Other {
        public static void main(String[] args) throws IOException {
            Optional<ProcessLock> lock = ProcessLock.tryOpen(Path.of(args[0]));
            System.out.println(lock.isPresent() ? "held" : ProcessLock.holder(Path.of(args[0])));
            System.out.flush();
            while (System.in.read() >= 0) {
                // until the test ends it
            }
        }

        /** Starts it. */
        static Process start(Path file) throws IOException {
            Path java = Path.of(System.getProperty("java.home"), "bin", "java");
            String classes = Path.of("target", "test-classes")
                    + System.getProperty("path.separator")
                    + Path.of("target", "classes");
            return new ProcessBuilder(
                            java.toString(), "-Xshare:auto", "-cp", classes, Other.class.getName(), file.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        }

        /** What it said. */
        static String answer(Process process) throws IOException {
            try (BufferedReader out = process.inputReader()) {
                return out.readLine();
            }
        }
    }

    @Test
    void keepsOtherProcessesAwayUntilItsOwnIsKilled() throws IOException, InterruptedException {
        Path file = temp.resolve("lock");
        Process other = Other.start(file);
        try {
            assertEquals("held", Other.answer(other));
            assertTrue(ProcessLock.tryOpen(file).isEmpty());
            assertTrue(
                    ProcessLock.holder(file).startsWith("process " + other.pid() + ", since "),
                    ProcessLock.holder(file));
        } finally {
            other.destroyForcibly().waitFor();
        }
        assertTrue(Files.exists(file), "a killed process deletes nothing");
        ProcessLock.tryOpen(file).orElseThrow().delete();
        assertFalse(Files.exists(file));
    }

    /** A process that closes a file loses its locks on it. */
    @Test
    void aSecondTryInThisProcessDoesNotFreeTheLock() throws IOException, InterruptedException {
        Path file = temp.resolve("lock");
        try (ProcessLock lock = ProcessLock.tryOpen(file).orElseThrow()) {
            assertTrue(lock.works());
            assertTrue(ProcessLock.tryOpen(temp.resolve(".").resolve("lock")).isEmpty());
            assertEquals("this process", ProcessLock.holder(file));
            Process other = Other.start(file);
            try {
                String answer = Other.answer(other);
                assertTrue(
                        answer.startsWith("process " + ProcessHandle.current().pid() + ", since "), answer);
            } finally {
                other.destroyForcibly().waitFor();
            }
        }
        ProcessLock.tryOpen(file).orElseThrow().close();
    }

    /** The holder before deletes the file, and a third makes and locks a new one, before the second has the lock. */
    @Test
    void locksTheFileOfThatNameAndNotADeletedOne() throws IOException, InterruptedException {
        Path file = temp.resolve("lock");
        AtomicReference<Process> third = new AtomicReference<>();
        ProcessLock.Locking late = channel -> {
            if (third.get() == null) {
                Files.delete(file);
                third.set(Other.start(file));
                assertEquals("held", Other.answer(third.get()));
            }
            return channel.tryLock(Long.MAX_VALUE - 1, 1, false);
        };
        try {
            assertTrue(ProcessLock.tryOpen(file, late).isEmpty());
        } finally {
            third.get().destroyForcibly().waitFor();
        }
        try (ProcessLock lock = ProcessLock.tryOpen(file).orElseThrow()) {
            assertTrue(lock.works(), "free again");
        }
    }

    @Test
    void aFailureIsNoWantOfLocks() throws IOException {
        Path file = temp.resolve("lock");
        ProcessLock.Locking interrupted = channel -> {
            throw new ClosedByInterruptException();
        };
        assertThrows(ClosedByInterruptException.class, () -> ProcessLock.tryOpen(file, interrupted));
        ProcessLock.Locking overlapping = channel -> {
            throw new OverlappingFileLockException();
        };
        assertTrue(ProcessLock.tryOpen(file, overlapping).isEmpty());
        ProcessLock.tryOpen(file).orElseThrow().close();
    }

    @Test
    void saysWhereAFileSystemHasNoLocks() throws IOException {
        ProcessLock.Locking none = channel -> {
            throw new IOException("No locks available");
        };
        try (ProcessLock lock = ProcessLock.tryOpen(temp.resolve("lock"), none).orElseThrow()) {
            assertFalse(lock.works());
        }
    }
}
