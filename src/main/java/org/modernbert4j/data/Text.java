package org.modernbert4j.data;

/**
 * A text to classify.
 *
 * @param row where it stands in its file, counted from 0: the row after the header of a CSV file, the line of a text file
 * @param text what to classify
 */
public record Text(int row, String text) {}
