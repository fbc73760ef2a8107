package org.modernbert4j.data;

import java.nio.file.Path;
import org.modernbert4j.InputException;

/**
 * One value of a table.
 *
 * @param file the table
 * @param line where its row begins in the file, counted from 1
 * @param column name of the column
 * @param value as read, empty where the row is too short to have it
 */
record Cell(Path file, long line, String column, String value) {
    /**
     * Whether there is a value.
     *
     * @throws InputException if the value is missing and that is refused, or if it is nothing but white space
     */
    boolean isPresent(MissingValues policy) {
        if (MissingValues.isMissing(value)) {
            if (policy == MissingValues.REFUSE) {
                throw error("is missing (\"" + value + "\")");
            }
            return false;
        }
        if (isWhiteSpace(value)) {
            throw error("holds only white space");
        }
        return true;
    }

    /** As Python's {@code isspace}: no-break spaces count too. */
    static boolean isWhiteSpace(String value) {
        return value.codePoints().allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c));
    }

    private InputException error(String found) {
        return new InputException(file + " line " + line + ": column \"" + column + "\" " + found
                + ", wanted a value; fill it in or delete the row");
    }
}
