package org.modernbert4j.model;

import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;

/** The gradient of a parameter: an array in the parameter's shape, or only the rows that are not zero. */
public sealed interface Gradient {
    /** Its numbers. */
    Array values();

    /** Its Euclidean norm. */
    default double norm(Backend backend) {
        return backend.norm(values());
    }

    /**
     * The gradient of a whole parameter.
     *
     * @param values in the parameter's shape
     */
    record Dense(Array values) implements Gradient {}

    /**
     * The gradient of a table when only some of its rows were looked up.
     *
     * @param ids the numbers of the rows that were looked up, each once, ascending
     * @param values the gradients of these rows, {@code [ids, width]}
     * @param entries number of rows of the table
     */
    record Rows(int[] ids, Array values, int entries) implements Gradient {}
}
