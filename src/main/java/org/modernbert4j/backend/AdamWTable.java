package org.modernbert4j.backend;

/**
 * A table, such as the token embedding, that AdamW updates with gradients of some of its rows. The other rows change in each step
 * too: they decay, and their moments still move them. A backend may put that off until a row is read next, to the same bits.
 */
public interface AdamWTable {
    /**
     * Brings rows up to date before they are read.
     *
     * @param rows their numbers; a number may come several times
     */
    void prepare(int[] rows);

    /**
     * Makes a step.
     *
     * @param rows numbers of the rows that have a gradient, each once, ascending
     * @param gradient {@code [rows, width]}
     * @throws IllegalStateException if one of these rows was not prepared, so that its gradient is that of an old weight
     */
    void update(int[] rows, Array gradient, AdamWStep step);

    /** Brings all rows up to date: weights and moments may be read then. */
    void flush();
}
