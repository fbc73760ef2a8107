package org.modernbert4j.hub;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/** The tries of one request. */
final class Tries {
    private static final long MILLIS_PER_SECOND = 1000;

    private final String label;
    private final RetryPolicy policy;
    private final DownloadListener listener;
    private int failures;

    Tries(String label, RetryPolicy policy, DownloadListener listener) {
        this.label = label;
        this.policy = policy;
        this.listener = listener;
    }

    /** Something new has come: what failed before does not count. */
    void begin() {
        failures = 0;
    }

    /**
     * Waits after a failure.
     *
     * @return false, at once, if there is no hope or it has been tried often enough
     */
    boolean again(IOException failure) {
        failures++;
        boolean hopeless =
                failure instanceof ProtocolException || (failure instanceof HttpRefusal refusal && !refusal.passes());
        if (hopeless || failures >= policy.tries()) {
            return false;
        }
        Duration wait = policy.waitAfter(failures, failure);
        listener.note(label + ": " + why(failure) + "; once more in "
                + (wait.toMillis() + MILLIS_PER_SECOND - 1) / MILLIS_PER_SECOND + " s");
        policy.sleep(wait);
        return true;
    }

    /** A failure in a few words. */
    static String why(IOException failure) {
        if (failure instanceof HttpTimeoutException) {
            return "no answer in time";
        }
        if (failure instanceof ConnectException) {
            return "no connection";
        }
        String message = failure.getMessage();
        return message == null
                ? failure.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }
}
