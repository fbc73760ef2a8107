package org.modernbert4j.data;

/**
 * A text to classify.
 *
 * @param row where it stands in its file, counted from 0: the row after the header of a CSV file, the line of a text file
 * @param line where it begins in the file, counted from 1; messages name it
 * @param text what to classify; empty where the row holds none
 */
public record Text(int row, long line, String text) {
    /** A text of a file with one on each line. */
    public Text(int row, String text) {
        this(row, row + 1L, text);
    }

    /** Whether its row holds no text. */
    public boolean isEmpty() {
        return text.isEmpty();
    }
}
