package org.modernbert4j.hub;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * How often a request is tried again, and how long is waited.
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
        Pause pause) {
    static final RetryPolicy USUAL = new RetryPolicy(
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
            return least(refusal.retryAfter().get(), longestRetryAfter);
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
