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
}
