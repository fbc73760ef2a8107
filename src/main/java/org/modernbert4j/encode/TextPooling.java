package org.modernbert4j.encode;

import java.nio.FloatBuffer;
import java.util.Locale;

/** What is kept of a text's hidden states. */
public enum TextPooling {
    /** The row of its first token. */
    CLS,
    /** The mean of the rows of all of its tokens, special ones included. */
    MEAN,
    /** All rows. */
    NONE;

    /** Rows that are kept of so many. */
    public int rows(int tokens) {
        return this == NONE ? tokens : 1;
    }

    /**
     * Pools one text.
     *
     * @param states {@code [tokens, hidden]}
     * @param hidden width of a row
     * @return {@code [rows, hidden]}
     */
    FloatBuffer of(FloatBuffer states, int hidden) {
        return switch (this) {
            case CLS -> states.slice(0, hidden);
            case MEAN -> mean(states, hidden);
            case NONE -> states;
        };
    }

    private static FloatBuffer mean(FloatBuffer states, int hidden) {
        double[] sums = new double[hidden];
        for (int i = 0; i < states.limit(); i++) {
            sums[i % hidden] += states.get(i);
        }
        FloatBuffer mean = FloatBuffer.allocate(hidden);
        for (double sum : sums) {
            mean.put((float) (sum * hidden / states.limit()));
        }
        return mean.flip();
    }

    /** Its name on the command line and in files. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
