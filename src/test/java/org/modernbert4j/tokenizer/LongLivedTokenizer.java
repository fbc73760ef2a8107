package org.modernbert4j.tokenizer;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.modernbert4j.ChildJvm;
import org.modernbert4j.InputException;

/**
 * The native library in a process that tries many tokenizer.json, one after the other, and is started again only where one has ended
 * it. {@link ProcessSplitter} starts a process for each, which takes a second.
 */
public final class LongLivedTokenizer implements AutoCloseable {
    /** A text of words, digits, another script and a character of two halves. */
    public static final String TEXT = "One, two 34 abcab. Сборная выиграла \uD83D\uDE00";

    private static final byte FINE = 0;
    private static final byte REFUSED = 1;
    private static final List<String> OPTIONS = List.of(
            "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-CreateCoredumpOnCrash", "-Xshare:auto");

    private final Duration patience;
    private Process process;
    private DataOutputStream requests;
    private DataInputStream replies;
    private int starts;

    /** What became of a tokenizer.json in the process. */
    public enum Outcome {
        /** It split a text. */
        FINE,
        /** The library refused it. */
        REFUSED,
        /** It ended the process. */
        ENDED,
        /** It gave no answer in time. */
        LATE
    }

    /** @param patience how long one may take */
    public LongLivedTokenizer(Duration patience) {
        this.patience = patience;
    }

    /** Whether a folder's tokenizer would run in the process of who opens it, not in another. */
    public static boolean isSafe(Path folder) {
        return SafeParts.make(TokenizerFolder.tokenizer(folder));
    }

    /** Reads a folder as {@link HuggingFaceTokenizerFactory} does, all but the native library's part. */
    public static Object read(Path folder) {
        return TokenizerFolder.read(folder, TokenizerFolder.tokenizer(folder));
    }

    /** How often a process was started. */
    public int starts() {
        return starts;
    }

    /** Opens a tokenizer and splits a text. */
    public Outcome open(byte[] json) throws IOException {
        if (process == null || !process.isAlive()) {
            start();
        }
        CompletableFuture<Outcome> reply = CompletableFuture.supplyAsync(() -> ask(json));
        try {
            Outcome outcome = reply.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (outcome == Outcome.ENDED) {
                close();
            }
            return outcome;
        } catch (TimeoutException e) {
            close();
            return Outcome.LATE;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Outcome ask(byte[] json) {
        try {
            SplitterProcess.writeBytes(requests, json);
            requests.flush();
            return replies.readByte() == FINE ? Outcome.FINE : Outcome.REFUSED;
        } catch (IOException e) {
            return Outcome.ENDED;
        }
    }

    private void start() throws IOException {
        process = new ProcessBuilder(ChildJvm.command(LongLivedTokenizer.class, OPTIONS, List.of()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        OutputStream out = process.getOutputStream();
        InputStream in = process.getInputStream();
        requests = new DataOutputStream(new BufferedOutputStream(out));
        replies = new DataInputStream(new BufferedInputStream(in));
        starts++;
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The process. */
    public static void main(String[] args) throws IOException {
        PrintStream out = System.out;
        System.setOut(System.err);
        ChildJvm.whenParentEnds(() -> Runtime.getRuntime().halt(0));
        DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));
        DataOutputStream replies = new DataOutputStream(new BufferedOutputStream(out));
        while (true) {
            int length = in.readInt();
            replies.writeByte(tryOut(in.readNBytes(length)));
            replies.flush();
        }
    }

    private static byte tryOut(byte[] json) {
        try (Splitter splitter = new DjlSplitter(json, "it")) {
            splitter.encode("", true);
            long[] ids = splitter.encode(TEXT, true).ids();
            splitter.encode(TEXT, false);
            splitter.decode(ids);
            return FINE;
        } catch (InputException e) {
            return REFUSED;
        }
    }
}
