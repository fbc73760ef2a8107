package org.modernbert4j.hub;

import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * How often a request is tried again, and how long to wait before that.
 *
 * @param tries of a request without any progress
 * @param firstWait before the second try; it doubles with each
 * @param longestWait the limit of that doubling
 * @param longestRetryAfter the limit of what a server asks for in {@code Retry-After}
 * @param silence after which a connection counts as broken
 * @param pause waits
 */
record RetryPolicy(
        int tries,
        Duration firstWait,
        Duration longestWait,
        Duration longestRetryAfter,
        Duration silence,
        Consumer<Duration> pause) {
    static final RetryPolicy USUAL = new RetryPolicy(
            5,
            Duration.ofSeconds(1),
            Duration.ofSeconds(8),
            Duration.ofMinutes(1),
            Duration.ofSeconds(30),
            RetryPolicy::sleep);

    private static final long MILLIS_PER_SECOND = 1000;

    /** Waits; an interrupt ends it with {@link #interrupted}. */
    static void sleep(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** What a thread that is told to stop throws. */
    static UncheckedIOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        InterruptedIOException stopped = new InterruptedIOException("interrupted");
        stopped.initCause(e);
        return new UncheckedIOException(stopped);
    }

    /** The tries of a new request; {@code label} is what messages call the file. */
    Tries newTries(String label, DownloadListener listener) {
        return new Tries(label, listener);
    }

    /** The tries of one request. */
    final class Tries {
        private final String label;
        private final DownloadListener listener;
        private int failures;

        private Tries(String label, DownloadListener listener) {
            this.label = label;
            this.listener = listener;
        }

        /** Forgets earlier failures, because something new has come. */
        void reset() {
            failures = 0;
        }

        /**
         * Waits after a failure.
         *
         * @throws NetworkException the failure, at once, if it is not temporary or has come too often
         */
        void waitAfter(NetworkException failure) throws NetworkException {
            failures++;
            if (!failure.isTemporary() || failures >= tries) {
                throw failure;
            }
            Duration wait = failure.retryAfter()
                    .map(asked -> shorter(asked, longestRetryAfter))
                    .orElseGet(() -> shorter(firstWait.multipliedBy(1L << Math.min(failures - 1, 30)), longestWait));
            listener.note(label + ": " + failure.getMessage() + "; once more in "
                    + (wait.toMillis() + MILLIS_PER_SECOND - 1) / MILLIS_PER_SECOND + " s");
            pause.accept(wait);
        }

        private static Duration shorter(Duration one, Duration other) {
            return one.compareTo(other) < 0 ? one : other;
        }
    }
}
