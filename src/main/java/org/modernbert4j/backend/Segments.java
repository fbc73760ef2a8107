package org.modernbert4j.backend;

/**
 * Where the texts of a batch lie in its rows: text {@code t} has the rows {@code starts[t] <= row < starts[t + 1]}, the
 * first {@code lengths[t]} of them tokens and the rest padding.
 *
 * @param starts first row of each text, and the number of rows at the end: {@code [texts + 1]}
 * @param lengths tokens of each text: {@code [texts]}
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
