package org.modernbert4j.backend;

/**
 * A table, such as the token embedding, that AdamW updates with gradients of some rows. The other rows change in each step too:
 * they decay, and their moments still move them. A backend may delay these changes until the row is read; the bits are the same.
 */
public interface AdamWTable {
    /**
     * Brings rows up to date before they are read.
     *
     * @param rows numbers of the rows; may repeat
     */
    void prepare(int[] rows);

    /**
     * Does one optimizer step.
     *
     * @param rows numbers of the rows that have a gradient, each once, ascending
     * @param gradient {@code [rows, width]}
     * @throws IllegalStateException if a row was not prepared, so its gradient was computed from an old weight
     */
    void update(int[] rows, Array gradient, AdamWStep step);

    /** Brings all rows up to date, so that weights and moments can be read. */
    void flush();
}
