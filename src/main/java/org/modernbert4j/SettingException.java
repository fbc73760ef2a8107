package org.modernbert4j;

/**
 * A setting that the caller chose is out of range, or does not fit the model: a number, a selector, a name. Nothing is wrong with a
 * file. The command line exits with 2.
 */
public final class SettingException extends InputException {
    private static final long serialVersionUID = 1L;

    /** @param message as {@link InputException} says */
    public SettingException(String message) {
        super(message);
    }

    /** @param message as {@link InputException} says */
    public SettingException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * Refuses a setting outside its range.
     *
     * @param inside whether the value is in the range
     * @param range what to use instead, such as {@code a share from 0 to below 1}
     */
    public static void requireRange(boolean inside, String name, Object value, String range) {
        if (!inside) {
            throw new SettingException(name + " " + value + " is out of range; use " + range);
        }
    }

    /** Refuses a number that is too small; returns it otherwise. */
    public static int requireAtLeast(int least, String name, int value) {
        requireRange(value >= least, name, value, "at least " + least);
        return value;
    }
}
