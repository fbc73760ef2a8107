package org.modernbert4j.checkpoint;

import org.modernbert4j.InputException;

/** A file is not the one that its folder's {@code SHA256SUMS} lists. */
public final class DamagedException extends InputException {
    private static final long serialVersionUID = 1L;

    private final String finding;

    DamagedException(String finding, String remedy) {
        super(finding + "; " + remedy);
        this.finding = finding;
    }

    /** Which file, what was found and what was expected: the message without what to do. */
    public String finding() {
        return finding;
    }
}
