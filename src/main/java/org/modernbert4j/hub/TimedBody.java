package org.modernbert4j.hub;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A body of an answer that may come slowly, but not stand still: Java's client waits for ever. */
final class TimedBody implements Closeable {
    private final ExecutorService reader = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "download");
        thread.setDaemon(true);
        return thread;
    });
    private final InputStream body;
    private final Duration silence;

    TimedBody(InputStream body, Duration silence) {
        this.body = body;
        this.silence = silence;
    }

    /**
     * Reads some bytes.
     *
     * @return how many; -1 at the end
     * @throws HttpTimeoutException if none came in time
     */
    int read(byte[] into) throws IOException {
        Future<Integer> read = reader.submit(() -> body.read(into));
        try {
            return read.get(silence.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw (HttpTimeoutException) new HttpTimeoutException("nothing came any more").initCause(e);
        } catch (ExecutionException e) {
            throw new IOException(Tries.why(e.getCause() instanceof IOException io ? io : new IOException(e)), e);
        } catch (InterruptedException e) {
            throw RetryPolicy.interrupted(e);
        }
    }

    @Override
    public void close() throws IOException {
        body.close(); // a read that waits ends with it
        reader.shutdown();
    }
}
