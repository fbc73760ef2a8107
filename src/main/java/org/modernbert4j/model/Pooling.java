package org.modernbert4j.model;

import java.util.Locale;

/** How one vector of a text is made of the vectors of its tokens. */
public enum Pooling {
    /** That of its first token. */
    CLS,
    /** The mean of all of its tokens. */
    MEAN;

    /** Its name in {@code config.json}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
