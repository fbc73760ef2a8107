package org.modernbert4j.data;

import java.util.Locale;

/** What the words of a column of labels are. */
public enum LabelType {
    /** What pandas {@code read_csv} takes them for: numbers, truth values or text, as all words of the column allow. */
    AUTO,
    /** Text, whatever they look like. */
    TEXT;

    /** Its name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
