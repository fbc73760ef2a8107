package org.modernbert4j.data;

import java.util.Collections;
import java.util.List;
import org.modernbert4j.InputException;
import org.modernbert4j.NearNames;

/**
 * The names of a table's columns.
 *
 * @param file what errors call the file
 * @param names in the order of the columns
 */
record Header(String file, List<String> names) {
    /** Columns that an error lists; of a wider table, those of near names. */
    private static final int SHOWN = 20;

    /**
     * Where a column stands.
     *
     * @throws InputException if none has the name, or several have
     */
    int place(String column) {
        int count = Collections.frequency(names, column);
        if (count != 1) {
            String found = count == 0 ? "no column" : count + " columns";
            String among = names.size() <= SHOWN
                    ? names.toString()
                    : names.size() + " columns"
                            + NearNames.of(column, names)
                                    .map(near -> ", near names: " + near)
                                    .orElse("");
            throw new InputException(file + ": found " + found + " named \"" + column + "\" among " + among
                    + ", expected one; name another column or correct the header");
        }
        return names.indexOf(column);
    }

    /** Where some columns stand. */
    int[] places(List<String> columns) {
        return columns.stream().mapToInt(this::place).toArray();
    }
}
