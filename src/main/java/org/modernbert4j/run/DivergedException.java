package org.modernbert4j.run;

/**
 * A loss or a gradient is not finite. The one-line message says at which step, what, for which texts, and what to do. The command
 * line exits with code 5.
 */
public final class DivergedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message as the type says */
    public DivergedException(String message) {
        super(message);
    }
}
