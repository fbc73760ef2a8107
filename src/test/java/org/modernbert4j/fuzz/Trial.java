package org.modernbert4j.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.modernbert4j.InputException;
import org.modernbert4j.cli.Main;

/** Runs work on a damaged file and holds it to what every user may expect: an answer or one clear line, soon, in little memory. */
final class Trial implements AutoCloseable {
    static final int SECONDS = 10;
    private static final long MOST_BYTES = 1L << 30;
    private static final Set<Integer> CODES = Set.of(0, 2, 3);

    /** What no message may hold: stack traces, names of Java's classes, advice for a library's callers. */
    private static final Pattern RIDDLE = Pattern.compile(
            "\\tat |\\bjavax?\\.|com\\.google|org\\.modernbert4j|\\w(Exception|Error)\\b|setStrictness|MALFORMED|internal error");

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final ExecutorService worker = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "trial");
        thread.setDaemon(true);
        return thread;
    });

    /** What one trial gave. */
    record Outcome(int code, String message, long allocated) {}

    /** A command, with its exit code and what it prints on standard error. */
    Outcome command(String where, Object... arguments) {
        String[] words = new String[arguments.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = arguments[i].toString();
        }
        return checked(where, () -> {
            InputStream in = System.in;
            PrintStream out = System.out;
            PrintStream err = System.err;
            ByteArrayOutputStream printed = new ByteArrayOutputStream();
            try {
                System.setIn(new ByteArrayInputStream(new byte[0]));
                System.setOut(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
                System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
                int code = Main.run(words);
                return new Outcome(code, printed.toString(StandardCharsets.UTF_8), 0);
            } finally {
                System.setIn(in);
                System.setOut(out);
                System.setErr(err);
            }
        });
    }

    /** Work of a class, which fails with an {@link InputException} only. */
    Outcome call(String where, Callable<?> work) {
        return checked(where, () -> {
            try {
                work.call();
                return new Outcome(0, "", 0);
            } catch (InputException e) {
                return new Outcome(3, e.getMessage(), 0);
            }
        });
    }

    private Outcome checked(String where, Callable<Outcome> work) {
        Future<Outcome> future = worker.submit(() -> {
            long id = Thread.currentThread().getId();
            long before = threads.getThreadAllocatedBytes(id);
            Outcome outcome = work.call();
            return new Outcome(outcome.code, outcome.message, threads.getThreadAllocatedBytes(id) - before);
        });
        try {
            Outcome outcome = future.get(SECONDS, TimeUnit.SECONDS);
            assertTrue(CODES.contains(outcome.code), where + ": exit code " + outcome.code + ": " + outcome.message);
            assertTrue(!RIDDLE.matcher(outcome.message).find(), where + ": " + outcome.message);
            assertTrue(outcome.allocated < MOST_BYTES, where + ": allocated " + outcome.allocated + " bytes");
            assertTrue(outcome.code != 3 || !outcome.message.isBlank(), where + ": no message");
            return outcome;
        } catch (TimeoutException e) {
            return fail(where + ": not done after " + SECONDS + " s", e);
        } catch (ExecutionException e) {
            return fail(where + ": " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return fail(where, e);
        }
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
