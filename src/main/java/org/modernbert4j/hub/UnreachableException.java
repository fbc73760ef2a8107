package org.modernbert4j.hub;

/** A server cannot be reached, or has no answer now, so that something older may do. */
final class UnreachableException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param why in a few words */
    UnreachableException(String why, Throwable cause) {
        super(why, cause);
    }
}
