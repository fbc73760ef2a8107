package org.modernbert4j.backend;

import java.util.Locale;

/** How the rows of a text become one row. */
public enum Pooling {
    /** The row of its first token. */
    CLS,
    /** The row of its last token. */
    LAST_TOKEN,
    /** Its last row, which may be padding. */
    LAST_ROW,
    /** The mean over its tokens. */
    MEAN;

    /** Its number in saved graphs. The order of these constants must not change. */
    @SuppressWarnings("EnumOrdinal")
    public long code() {
        return ordinal();
    }

    /** The pooling with a number from {@link #code}. */
    @SuppressWarnings("EnumOrdinal")
    public static Pooling of(long code) {
        return values()[Math.toIntExact(code)];
    }

    /** Its name on the command line and in {@code config.json}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
