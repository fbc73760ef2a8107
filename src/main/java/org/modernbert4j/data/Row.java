package org.modernbert4j.data;

import java.util.List;
import java.util.Optional;
import org.modernbert4j.InputException;

/**
 * One row of a table.
 *
 * @param file what errors call the file
 * @param columns names of the requested columns
 * @param row counted from 0 at the first row after the header; blank lines are no rows
 * @param line where it begins in the file, counted from 1
 * @param values in the order of {@code columns}; empty where the row has none
 * @param isText whether all values were read from plain text, as in CSV, where pandas takes some words for missing ones
 */
record Row(String file, List<String> columns, int row, long line, List<Optional<String>> values, boolean isText) {
    /**
     * The value of a column; empty if it is missing.
     *
     * @param column place among the requested columns
     * @param keepNa whether words such as {@code NA} are values
     * @throws InputException if the value is missing and that is refused
     */
    Optional<String> value(int column, MissingValues policy, boolean keepNa) {
        Optional<String> value = values.get(column);
        Optional<String> present =
                value.filter(text -> !isText || !(keepNa ? text.isEmpty() : MissingValues.isMissing(text)));
        if (present.isEmpty() && policy == MissingValues.REFUSE) {
            String found = value.map(text -> " (\"" + text + "\")").orElse("");
            throw new InputException(file + " line " + line + ": column \"" + columns.get(column) + "\" is missing"
                    + found + ", expected a value; fill it in or delete the row");
        }
        return present;
    }
}
