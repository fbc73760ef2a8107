package org.modernbert4j.data;

import java.nio.file.Path;
import org.modernbert4j.SettingException;

/**
 * How tables of labelled texts are read.
 *
 * @param format of those that are CSV
 * @param columns which are read
 * @param labelType what the labels are
 * @param missing what happens to rows without text or label
 * @param keepNa whether words such as {@code NA} and {@code None} are values; then only an empty field is missing
 */
public record Reading(CsvFormat format, Columns columns, LabelType labelType, MissingValues missing, boolean keepNa) {
    /**
     * Which columns are read.
     *
     * @param text header of the texts
     * @param label header of the labels
     */
    public record Columns(String text, String label) {
        /** Refuses the same column for both. */
        public Columns {
            SettingException.requireRange(
                    !text.equals(label), "text and label", "\"" + text + "\"", "two columns, not one for both");
        }
    }

    /** Columns as pandas reads them; rows without text or label are left out. */
    public static Reading of(String text, String label) {
        return new Reading(CsvFormat.USUAL, new Columns(text, label), LabelType.AUTO, MissingValues.DROP, false);
    }

    /** Header of the texts. */
    public String text() {
        return columns.text();
    }

    /** Header of the labels. */
    public String label() {
        return columns.label();
    }

    /** A file that is read so. */
    TableFile table(Path file) {
        return new TableFile(file, format);
    }
}
