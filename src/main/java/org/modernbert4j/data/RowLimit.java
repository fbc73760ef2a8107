package org.modernbert4j.data;

import org.modernbert4j.InputException;
import org.modernbert4j.SettingException;

/**
 * How many rows a file may have whose rows are kept: a small packed file can hold more than anybody means to read. The system property
 * {@value #PROPERTY} sets another limit. Rows that are not kept are limited by the largest {@code int} alone.
 */
final class RowLimit {
    static final String PROPERTY = "data.rows";
    private static final int USUAL = 10_000_000;

    private final String name;
    private final int most;
    private final String remedy;

    private RowLimit(String name, int most, String remedy) {
        this.name = name;
        this.most = most;
        this.remedy = remedy;
    }

    /** Of rows that are kept; {@code name} is what errors call the file. */
    RowLimit(String name) {
        this(name, allowed(), "give a part of it, or allow N rows with -D" + PROPERTY + "=N before -jar");
    }

    /** Of rows that are not kept. */
    static RowLimit ofStream(String name) {
        return new RowLimit(name, Integer.MAX_VALUE - 1, "give it in parts");
    }

    private static int allowed() {
        String given = System.getProperty(PROPERTY, String.valueOf(USUAL));
        SettingException.requireRange(
                given.matches("[1-9]\\d{0,8}"), "-D" + PROPERTY, given, "a number from 1 to 999999999");
        return Integer.parseInt(given);
    }

    /**
     * Refuses one row too many.
     *
     * @param rows read so far
     */
    void check(int rows) {
        if (rows > most) {
            throw new InputException(name + ": has more than " + most + " rows, expected at most that many; " + remedy);
        }
    }
}
