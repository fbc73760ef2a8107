package org.modernbert4j.model;

import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;

/** The gradient of a parameter: an array of its shape, or the rows of it that are not zero. */
public sealed interface Gradient {
    /** Its numbers. */
    Array values();

    /** The root of the sum of its squares. */
    default double norm(Backend backend) {
        return values().length() == 0 ? 0 : backend.norm(values());
    }

    /**
     * The gradient of a parameter all of which is used.
     *
     * @param values in the parameter's shape
     */
    record Dense(Array values) implements Gradient {}

    /**
     * The gradient of a table of which some rows were looked up.
     *
     * @param ids their numbers, each once, ascending
     * @param values their gradients, {@code [ids, width]}
     * @param entries rows of the table
     */
    record Rows(int[] ids, Array values, int entries) implements Gradient {}
}
