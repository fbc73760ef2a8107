package org.modernbert4j.tokenizer;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.modernbert4j.ChildJvm;
import org.modernbert4j.Excerpt;
import org.modernbert4j.InputException;
import org.modernbert4j.Reason;

/** The native library in a process of its own, {@link SplitterProcess}, which may end at any call or never answer. */
final class ProcessSplitter implements Splitter {
    /** How long one request may take. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final long END_MILLIS = 2_000;
    private static final String PANIC = "panicked at";

    /** Properties of this process, on which the place of the unpacked native library depends. */
    private static final List<String> PASSED_ON =
            List.of("user.home", "java.io.tmpdir", "DJL_CACHE_DIR", "ENGINE_CACHE_DIR", "RUST_LIBRARY_PATH");

    /** Options of a JVM that are not for this one, such as a debugger's port, or that it would tell of. */
    private static final List<String> VARIABLES_OF_JAVA =
            List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    private final String where;
    private final Duration patience;
    private final Process process;
    private final LastLines said;
    private final DataOutputStream requests;
    private final DataInputStream replies;
    private boolean closed;

    /** Why the process has ended; null while it runs. */
    private InputException failure;

    /**
     * As {@link DjlSplitter} has it.
     *
     * @param patience how long one request may take
     */
    ProcessSplitter(byte[] json, String where, Duration patience) {
        this.where = where;
        this.patience = patience;
        try {
            ProcessBuilder builder = new ProcessBuilder(command());
            VARIABLES_OF_JAVA.forEach(builder.environment()::remove);
            process = builder.start();
        } catch (IOException e) {
            throw new InputException(
                    where + ": cannot be opened in a process of its own (" + Reason.of(e) + "); check java.home", e);
        }
        said = new LastLines(process.getErrorStream());
        requests = new DataOutputStream(process.getOutputStream());
        replies = new DataInputStream(process.getInputStream());
        try {
            ask(
                    "its opening",
                    () -> {
                        SplitterProcess.writeBytes(requests, json);
                        SplitterProcess.writeText(requests, where);
                    },
                    () -> null);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private static List<String> command() {
        List<String> options = new ArrayList<>(List.of(
                "-XX:+IgnoreUnrecognizedVMOptions",
                "-XX:+DisplayVMOutputToStderr", // standard output is for replies
                "-XX:+ErrorFileToStderr",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx1g"));
        for (String name : PASSED_ON) {
            String value = System.getProperty(name);
            if (value != null) {
                options.add("-D" + name + "=" + value);
            }
        }
        return ChildJvm.command(SplitterProcess.class, options, List.of());
    }

    /** Writes what is asked. */
    @FunctionalInterface
    private interface Request {
        void write() throws IOException;
    }

    /** Reads what is answered. */
    @FunctionalInterface
    private interface Reply<T> {
        T read() throws IOException;
    }

    @Override
    public Tokens encode(String text, boolean special) {
        return ask(
                "\"" + Excerpt.of(text) + "\"",
                () -> {
                    requests.writeByte(special ? SplitterProcess.ENCODE : SplitterProcess.ENCODE_BARE);
                    SplitterProcess.writeText(requests, text);
                },
                () -> new Tokens(SplitterProcess.readLongs(replies), SplitterProcess.readLongs(replies)));
    }

    @Override
    public String decode(long[] ids) {
        return ask(
                "the tokens " + Excerpt.of(Arrays.toString(ids)),
                () -> {
                    requests.writeByte(SplitterProcess.DECODE);
                    SplitterProcess.writeLongs(requests, ids);
                },
                () -> SplitterProcess.readText(replies));
    }

    /** Sends a request and reads the reply, or ends the process where that takes too long. */
    private synchronized <T> T ask(String about, Request request, Reply<T> reply) {
        if (closed) {
            throw new IllegalStateException("this tokenizer is closed");
        }
        if (failure != null) {
            throw failure;
        }
        CompletableFuture<Boolean> inTime =
                new CompletableFuture<Boolean>().completeOnTimeout(false, patience.toMillis(), TimeUnit.MILLISECONDS);
        CompletableFuture<Void> limit = inTime.thenAccept(answered -> {
            if (!answered) {
                process.destroyForcibly(); // which ends the reading and writing below
            }
        });
        try {
            request.write();
            requests.flush();
            switch (replies.readByte()) {
                case SplitterProcess.DONE -> {
                    return reply.read();
                }
                case SplitterProcess.REFUSED -> throw new InputException(SplitterProcess.readText(replies));
                default -> throw new IOException("no reply of the tokenizer's process");
            }
        } catch (IOException e) {
            failure = gaveUp(about, !inTime.complete(true), e);
            throw failure;
        } catch (OutOfMemoryError e) {
            process.destroyForcibly(); // a part of its reply is unread
            throw e;
        } finally {
            inTime.complete(true);
            limit.join();
        }
    }

    private InputException gaveUp(String about, boolean late, IOException cause) {
        process.destroyForcibly();
        List<String> lines = lastWords();
        cause.addSuppressed(new IOException("the tokenizer's process said:\n" + String.join("\n", lines)));
        String why = late ? "no answer in " + patience.toSeconds() + " seconds" : reason(lines);
        return new InputException(
                "%s: the tokenizers library gave up at %s (%s), expected tokens; correct the file, or use another tokenizer"
                        .formatted(where, about, why),
                cause);
    }

    private List<String> lastWords() {
        try {
            return said.atEnd();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    /** The line after that which tells where in the library. */
    private static String reason(List<String> lines) {
        if (lines.stream().anyMatch(line -> line.contains("OutOfMemoryError"))) {
            return "out of memory";
        }
        return lines.stream()
                .dropWhile(line -> !line.contains(PANIC))
                .skip(1)
                .findFirst()
                .orElse("its process ended without a word");
    }

    /** Ends the process, which ends by itself where its input does. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (replies) {
            requests.close();
            process.waitFor(END_MILLIS, TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            // the process has ended before; who asked it has been told
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }
}
