package org.modernbert4j.data;

import java.util.Optional;

/**
 * A row of a table of labelled texts.
 *
 * @param row number of the row, counted from 0
 * @param line where it begins in its file, counted from 1
 * @param text empty if it is missing
 * @param label as it is written; empty if it is missing
 * @param word what stands in the column of the labels, also where that counts as missing
 */
record LabelledRow(int row, long line, Optional<String> text, Optional<String> label, String word) {
    /** The same row of a table that begins with other rows. */
    LabelledRow from(int first) {
        return new LabelledRow(first + row, line, text, label, word);
    }

    /** Whether it has a text and a label. */
    boolean isComplete() {
        return text.isPresent() && label.isPresent();
    }

    /** Its text with a label; both must be there. */
    Example example(String printed) {
        return new Example(row, line, text.orElseThrow(), printed);
    }
}
