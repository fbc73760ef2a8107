package org.modernbert4j.tokenizer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What a process says on its error output, read as it comes, so that the process never waits for a reader. */
final class LastLines {
    private static final int MOST_KEPT = 200;
    private static final long PATIENCE_MILLIS = 2_000;

    private final Deque<String> lines = new ArrayDeque<>();
    private final Thread reader;

    /** Starts to read. */
    LastLines(InputStream output) {
        reader = new Thread(() -> read(output), "tokenizer messages");
        reader.setDaemon(true);
        reader.start();
    }

    private void read(InputStream output) {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                keep(line);
            }
        } catch (IOException e) {
            keep("(the rest cannot be read: " + e.getMessage() + ")");
        }
    }

    private synchronized void keep(String line) {
        if (lines.size() == MOST_KEPT) {
            lines.removeFirst();
        }
        lines.addLast(line);
    }

    /** The last lines of a process that has ended. */
    List<String> atEnd() throws InterruptedException {
        reader.join(PATIENCE_MILLIS);
        synchronized (this) {
            return List.copyOf(lines);
        }
    }
}
