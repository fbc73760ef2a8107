package org.modernbert4j;

/**
 * Something the user gave cannot be used: a file, a row, a tensor, a setting.
 *
 * <p>The message is one line that names the thing (file, row or tensor), what was found, what was expected, and what to do. The
 * command line prints that line alone and exits with 3.
 */
public class InputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message as the type says; control characters become spaces */
    public InputException(String message) {
        super(oneLine(message));
    }

    /** @param message as the type says; control characters become spaces */
    public InputException(String message, Throwable cause) {
        super(oneLine(message), cause);
    }

    /**
     * Refuses a setting outside its range.
     *
     * @param inside whether the value is in the range
     * @param range what to use instead, such as {@code a share from 0 to below 1}
     */
    public static void requireRange(boolean inside, String name, Object value, String range) {
        if (!inside) {
            throw new InputException(name + " " + value + " is out of range; use " + range);
        }
    }

    /** Refuses a number that is too small; returns it otherwise. */
    public static int requireAtLeast(int least, String name, int value) {
        requireRange(value >= least, name, value, "at least " + least);
        return value;
    }

    /** Names that users chose may hold line breaks and other controls. */
    private static String oneLine(String message) {
        return message.replaceAll("\\p{Cntrl}+", " ");
    }
}
