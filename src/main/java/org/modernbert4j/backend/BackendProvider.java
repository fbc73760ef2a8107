package org.modernbert4j.backend;

import java.util.Optional;

/** Makes backends of one kind; found by {@link java.util.ServiceLoader}. */
public interface BackendProvider {
    /** The backend's name on the command line. */
    String name();

    /** Of several kinds that work, {@link Backends#AUTO} takes the one with the largest. */
    int priority();

    /** Why it does not work on this machine and what to do, in one line; empty if it works. */
    Optional<String> obstacle();

    /** Makes a backend. */
    Backend open();
}
