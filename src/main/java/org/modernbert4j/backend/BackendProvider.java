package org.modernbert4j.backend;

import java.util.Optional;

/** Opens backends of one kind. {@link java.util.ServiceLoader} finds it. */
public interface BackendProvider {
    /** The backend's name on the command line. */
    String name();

    /** {@link Backends#AUTO} picks the working backend with the highest priority. */
    int priority();

    /** One line that says why it does not work on this machine and what to do; empty if it works. */
    Optional<String> obstacle();

    /** Whether a user may expect it on this machine, so that {@link Backends#AUTO} says why it does not take it: not without its device. */
    default boolean isExpected() {
        return true;
    }

    /** One line on how it works here that a user should know, such as why it does not use a device; empty if there is nothing. */
    default Optional<String> note() {
        return Optional.empty();
    }

    /** Opens a backend. */
    Backend open();
}
