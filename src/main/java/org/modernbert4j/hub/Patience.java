package org.modernbert4j.hub;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * How long a server is borne with.
 *
 * @param tries of a request, as long as nothing new comes
 * @param firstWait before the second try; it doubles with each
 * @param longestWait that it doubles up to
 * @param longestAsked that a server may ask for
 * @param silence that is taken for the end of a connection
 * @param pause waits
 */
record Patience(
        int tries, Duration firstWait, Duration longestWait, Duration longestAsked, Duration silence, Pause pause) {
    static final Patience USUAL = new Patience(
            5,
            Duration.ofSeconds(1),
            Duration.ofSeconds(8),
            Duration.ofMinutes(1),
            Duration.ofSeconds(30),
            time -> Thread.sleep(time.toMillis()));

    /** Lets time pass. */
    @FunctionalInterface
    interface Pause {
        void of(Duration time) throws InterruptedException;
    }

    /** The wait after so many failures in a row. */
    Duration waitAfter(int failures, IOException last) {
        if (last instanceof HttpRefusal refusal && refusal.retryAfter().isPresent()) {
            return least(refusal.retryAfter().get(), longestAsked);
        }
        return least(firstWait.multipliedBy(1L << Math.min(failures - 1, 30)), longestWait);
    }

    /** Waits. */
    void sleep(Duration time) {
        try {
            pause.of(time);
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

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
