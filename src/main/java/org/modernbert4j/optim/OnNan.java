package org.modernbert4j.optim;

import java.util.Locale;

/** What training does at a step whose loss or gradients are not finite. */
public enum OnNan {
    /** It ends. */
    STOP,
    /** It leaves the update out, counts the step, and goes on. */
    SKIP;

    /** Its name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
