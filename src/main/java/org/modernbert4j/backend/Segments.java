package org.modernbert4j.backend;

/**
 * The rows of each text in a batch: text {@code t} has the rows {@code starts[t] <= row < starts[t + 1]}. The first
 * {@code lengths[t]} of these rows are tokens, the others padding.
 *
 * @param starts first row of each text; at the end, the number of rows: {@code [texts + 1]}
 * @param lengths number of tokens of each text: {@code [texts]}
 */
public record Segments(int[] starts, int[] lengths) {
    /** How many texts there are. */
    public int texts() {
        return lengths.length;
    }

    /** How many rows the text has, padding included. */
    public int span(int text) {
        return starts[text + 1] - starts[text];
    }
}
