package org.modernbert4j.data;

import org.modernbert4j.InputException;
import org.modernbert4j.SettingException;

/**
 * How many rows a file may have: a small packed file can hold more than anybody means to read. The system property
 * {@value #PROPERTY} sets another limit.
 */
final class RowLimit {
    static final String PROPERTY = "data.rows";
    private static final int USUAL = 10_000_000;

    private final String name;
    private final int most;

    /** @param name what errors call the file */
    RowLimit(String name) {
        String given = System.getProperty(PROPERTY, String.valueOf(USUAL));
        SettingException.requireRange(
                given.matches("[1-9]\\d{0,8}"), "-D" + PROPERTY, given, "a number from 1 to 999999999");
        most = Integer.parseInt(given);
        this.name = name;
    }

    /**
     * Refuses one row too many.
     *
     * @param rows read so far
     */
    void check(int rows) {
        if (rows > most) {
            throw new InputException(name + ": has more than " + most
                    + " rows, expected at most that many; give a part of it, or allow N rows with -D" + PROPERTY
                    + "=N before -jar");
        }
    }
}
