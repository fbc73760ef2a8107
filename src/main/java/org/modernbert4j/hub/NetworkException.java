package org.modernbert4j.hub;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.modernbert4j.Reason;

/** A server cannot be reached, stops sending, or does not answer with the file; the message says why in a few words. */
final class NetworkException extends IOException {
    static final int UNAUTHORIZED = 401;
    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int REQUEST_TIMEOUT = 408;
    static final int GONE = 410;
    static final int RANGE_NOT_SATISFIABLE = 416;
    static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERRORS = 500;
    private static final int NOT_IMPLEMENTED = 501;
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final int status;
    private final transient Optional<Duration> retryAfter;

    /** What went wrong. */
    enum Kind {
        /** There is no connection. */
        UNCONNECTED,
        /** The connection ended or stood still. */
        BROKEN,
        /** A redirect leads nowhere. */
        BAD_REDIRECT,
        /** The status of the answer is an error. */
        REFUSED
    }

    NetworkException(Kind kind, String why, Throwable cause) {
        super(why, cause);
        this.kind = kind;
        status = 0;
        retryAfter = Optional.empty();
    }

    /** @param answer whose status is an error */
    NetworkException(HttpResponse<?> answer) {
        super("HTTP " + answer.statusCode());
        kind = Kind.REFUSED;
        status = answer.statusCode();
        retryAfter = answer.headers().firstValue("Retry-After").flatMap(NetworkException::duration);
    }

    /** A connection that ended or stood still. */
    static NetworkException broken(IOException cause) {
        String why = cause instanceof HttpTimeoutException ? "no answer in time" : Reason.of(cause);
        return new NetworkException(Kind.BROKEN, why, cause);
    }

    Kind kind() {
        return kind;
    }

    /** The HTTP status; 0 if there was no answer. */
    int status() {
        return status;
    }

    /** How long the server asks to be left alone. */
    Optional<Duration> retryAfter() {
        return retryAfter;
    }

    /** Whether another try may succeed. */
    boolean isTemporary() {
        return switch (kind) {
            case UNCONNECTED, BROKEN -> true;
            case BAD_REDIRECT -> false;
            case REFUSED ->
                status == REQUEST_TIMEOUT
                        || status == RANGE_NOT_SATISFIABLE
                        || status == TOO_MANY_REQUESTS
                        || (status >= SERVER_ERRORS && status != NOT_IMPLEMENTED);
        };
    }

    /** Whether the server will not send the file, however often it is asked. */
    boolean isRefusal() {
        return kind == Kind.REFUSED && !isTemporary();
    }

    /** Seconds, or a date. */
    private static Optional<Duration> duration(String text) {
        try {
            if (text.matches("[0-9]{1,9}")) {
                return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
            }
            ZonedDateTime until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
            Duration left = Duration.between(Instant.now(), until);
            return Optional.of(left.isNegative() ? Duration.ZERO : left);
        } catch (DateTimeException e) {
            return Optional.empty(); // as if the server had not said how long
        }
    }
}
