package org.modernbert4j.data;

/**
 * A text and the label it carries.
 *
 * @param row number of its row in the file, counted from 0 at the first row after the header, as a pandas index is
 * @param text what to classify
 * @param label what it is
 */
public record Example(int row, String text, String label) {}
