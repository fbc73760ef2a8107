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

    /** Opens a backend. */
    Backend open();
}
