package org.modernbert4j;

/**
 * Something the user gave cannot be used: a file, a row, a tensor, a setting.
 *
 * <p>The message is one line that names the thing (file, row or tensor), what was found, what was wanted, and what to do. The
 * command line prints that line alone and exits with 3.
 */
public class InputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message one line: where, what was found, what was wanted, what to do */
    public InputException(String message) {
        super(oneLine(message));
    }

    /**
     * @param message one line: where, what was found, what was wanted, what to do
     * @param cause what made it known
     */
    public InputException(String message, Throwable cause) {
        super(oneLine(message), cause);
    }

    /** Names that users chose may hold line breaks and other controls. */
    private static String oneLine(String message) {
        return message.replaceAll("\\p{Cntrl}+", " ");
    }
}
