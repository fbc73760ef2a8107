package org.modernbert4j.data;

/**
 * A text and the label it carries.
 *
 * @param row number of its row in the file, counted from 0 at the first row after the header, as a pandas index is
 * @param line where its row begins in the file, counted from 1; messages name it
 * @param text what to classify
 * @param label what it is
 */
public record Example(int row, long line, String text, String label) {
    /** An example of a file whose rows take one line each. */
    public Example(int row, String text, String label) {
        this(row, row + 2L, text, label);
    }

    /** The text alone. */
    public Text withoutLabel() {
        return new Text(row, line, text);
    }
}
