package org.modernbert4j.data;

import java.util.Locale;
import java.util.Set;

/**
 * What becomes of a row without a text or a label.
 *
 * <p>A value is missing where pandas says so: the field is empty or not there, or is one of the words that pandas reads as "not
 * available", such as {@code NA}, {@code NULL} or {@code nan}, in quotes or not. {@link Reading#keepNa} takes these words as values.
 */
public enum MissingValues {
    /** The row is left out and counted. */
    DROP,
    /** The first such row is an error. */
    REFUSE;

    private static final Set<String> MISSING =
            Set.of("|#N/A|#N/A N/A|#NA|-1.#IND|-1.#QNAN|-NaN|-nan|1.#IND|1.#QNAN|<NA>|N/A|NA|NULL|NaN|None|n/a|nan|null"
                    .split("\\|"));

    /** Its name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    static boolean isMissing(String value) {
        return MISSING.contains(value);
    }

    /** As Python's {@code isspace}: no-break spaces count too. */
    static boolean isWhiteSpace(String value) {
        return value.codePoints().allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c));
    }
}
