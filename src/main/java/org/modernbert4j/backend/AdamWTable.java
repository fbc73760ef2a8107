package org.modernbert4j.backend;

/**
 * A table, such as the token embedding, that AdamW updates with gradients of some of its rows. The other rows change in each step
 * too: they decay, and their moments still move them. A backend may delay that until the row is read next, with the same bits.
 */
public interface AdamWTable {
    /**
     * Brings rows up to date before they are read.
     *
     * @param rows their numbers, any of them several times
     */
    void prepare(int[] rows);

    /**
     * Makes a step.
     *
     * @param rows numbers of the rows that have a gradient, each once, ascending
     * @param gradient {@code [rows, width]}
     * @throws IllegalStateException if one of these rows was not prepared, so its gradient belongs to an old weight
     */
    void update(int[] rows, Array gradient, AdamWStep step);

    /** Brings all rows up to date, so that weights and moments can be read. */
    void flush();
}
