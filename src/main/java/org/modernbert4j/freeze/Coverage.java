package org.modernbert4j.freeze;

/** How many of some parameters train. */
public enum Coverage {
    /** None. */
    NONE,
    /** Some. */
    PART,
    /** All. */
    WHOLE;

    static Coverage of(long trainable, long all) {
        if (trainable == 0) {
            return NONE;
        }
        return trainable == all ? WHOLE : PART;
    }
}
