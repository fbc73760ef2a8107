package org.modernbert4j.backend;

import java.util.Optional;

/** Makes backends of one kind; found by {@link java.util.ServiceLoader}. */
public interface BackendProvider {
    /** The backend's name on the command line. */
    String name();

    /** Larger for a kind that is preferred where several work. */
    int priority();

    /** Why it does not work on this machine, in one line with what to do; empty where it works. */
    Optional<String> obstacle();

    /** Makes a backend. */
    Backend open();
}
