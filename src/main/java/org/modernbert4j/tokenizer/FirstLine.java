package org.modernbert4j.tokenizer;

/** Says in one line what went wrong below. */
final class FirstLine {
    private FirstLine() {}

    /** The first line of the message of the innermost cause, or the cause's class where it has no message. */
    static String of(Throwable thrown) {
        Throwable innermost = thrown;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        String message = innermost.getMessage();
        return message == null || message.isBlank()
                ? innermost.getClass().getName()
                : message.strip().lines().findFirst().orElseThrow();
    }
}
