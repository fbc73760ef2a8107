package org.modernbert4j.hub;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** A server answered, but not with what was asked for. */
final class HttpRefusal extends IOException {
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

    private final int status;
    private final transient Optional<Duration> retryAfter;

    HttpRefusal(HttpResponse<?> answer) {
        super("HTTP " + answer.statusCode());
        status = answer.statusCode();
        retryAfter = answer.headers().firstValue("Retry-After").flatMap(HttpRefusal::wait);
    }

    int status() {
        return status;
    }

    /** How long the server wants to be left alone. */
    Optional<Duration> retryAfter() {
        return retryAfter;
    }

    /** Whether it may be another time. */
    boolean passes() {
        return status == REQUEST_TIMEOUT
                || status == RANGE_NOT_SATISFIABLE
                || status == TOO_MANY_REQUESTS
                || (status >= SERVER_ERRORS && status != NOT_IMPLEMENTED);
    }

    /** Seconds, or a date. */
    private static Optional<Duration> wait(String text) {
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
