package org.modernbert4j.hub;

import java.util.Optional;
import org.modernbert4j.InputException;

/** What proves to the Hub who asks. It is never part of a message. */
public final class Token {
    private final String secret;

    private Token(String secret) {
        this.secret = secret;
    }

    /**
     * A token as a variable or a file has it; white space around it does not count.
     *
     * @param where it stands, for the message
     * @return empty if there is nothing but white space
     * @throws InputException if no header can hold it
     */
    static Optional<Token> of(String text, String where) {
        String secret = text.strip();
        if (!secret.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new InputException(where + ": holds characters that no token has; write the token alone into it");
        }
        return secret.isEmpty() ? Optional.empty() : Optional.of(new Token(secret));
    }

    /** The value of the header {@code Authorization}. */
    String authorization() {
        return "Bearer " + secret;
    }

    @Override
    public String toString() {
        return "a token";
    }
}
