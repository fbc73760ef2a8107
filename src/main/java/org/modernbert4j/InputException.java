package org.modernbert4j;

/**
 * Something the user gave cannot be used: a file, a row, a tensor; or, as {@link SettingException}, a setting.
 *
 * <p>The message is one line that names the thing (file, row or tensor), what was found, what was expected, and what to do. The
 * command line prints that line alone and exits with 3; for a setting it exits with 2.
 */
public class InputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Letters of a message; of a longer one the middle is left out. */
    private static final int LONGEST = 2000;

    /** @param message as the type says; control characters become spaces */
    public InputException(String message) {
        super(oneLine(message));
    }

    /** @param message as the type says; control characters become spaces */
    public InputException(String message, Throwable cause) {
        super(oneLine(message), cause);
    }

    /** Names that users chose may hold line breaks and other controls, and be of any length. */
    private static String oneLine(String message) {
        String line = message.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= LONGEST
                ? line
                : line.substring(0, LONGEST / 2) + " [...] " + line.substring(line.length() - LONGEST / 2);
    }
}
