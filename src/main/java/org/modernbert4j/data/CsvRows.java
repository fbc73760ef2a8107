package org.modernbert4j.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.modernbert4j.InputException;

/**
 * Takes CSV apart, character for character as the C parser of pandas does: a quote within an unquoted field is a character like
 * others, and so is what follows a closing quote.
 */
final class CsvRows {
    /** Where in a field the next character stands. */
    private enum Place {
        BEGIN,
        UNQUOTED,
        QUOTED,
        AFTER_QUOTE
    }

    /** No character. */
    private static final int NONE = -1;

    private final Utf8Lines lines;
    private final char delimiter;
    private final int quote;
    private final int escape;

    private final StringBuilder field = new StringBuilder();
    private List<String> fields;
    private Place place;

    /** Whether the character before was an escape. */
    private boolean escaped;

    private long line;

    CsvRows(Utf8Lines lines, char delimiter, CsvFormat.Quotes quotes) {
        this.lines = lines;
        this.delimiter = delimiter;
        quote = quotes == CsvFormat.Quotes.NONE ? NONE : CsvFormat.QUOTE;
        escape = quotes == CsvFormat.Quotes.BACKSLASH ? CsvFormat.BACKSLASH : NONE;
    }

    /** Where the row that was read last begins in the file, counted from 1. */
    long line() {
        return line;
    }

    /**
     * The fields of the next row, or null after the last; blank lines are no rows.
     *
     * @throws InputException if a quote does not close
     */
    List<String> next() throws IOException {
        String text = beginRow();
        while (text != null && isBlank(text)) {
            text = beginRow();
        }
        if (text == null) {
            return null;
        }
        fields = new ArrayList<>();
        place = Place.BEGIN;
        while (!ends(text)) {
            text = lines.next();
            if (text == null) {
                endFile();
                break;
            }
        }
        return fields;
    }

    private String beginRow() throws IOException {
        line = lines.beginRow();
        return lines.next();
    }

    /** Spaces and tabs alone; a delimiter would make fields. */
    private boolean isBlank(String text) {
        return Utf8Lines.isBlank(text) && text.indexOf(delimiter) < 0;
    }

    /** Takes in a line; whether the row ends with it. */
    private boolean ends(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (escaped) {
                escaped = false;
                add(c, place == Place.QUOTED ? Place.QUOTED : Place.UNQUOTED);
            } else if (place == Place.QUOTED) {
                takeQuoted(c);
            } else if (c == '\n' || c == '\r') {
                endField();
                return true;
            } else {
                takeUnquoted(c);
            }
        }
        return false;
    }

    private void takeQuoted(char c) {
        if (c == escape) {
            escaped = true;
        } else if (c == quote) {
            place = Place.AFTER_QUOTE;
        } else {
            add(c, Place.QUOTED);
        }
    }

    private void takeUnquoted(char c) {
        if (c == delimiter) {
            endField();
        } else if (c == quote && place == Place.BEGIN) {
            place = Place.QUOTED;
        } else if (c == quote && place == Place.AFTER_QUOTE) {
            add(c, Place.QUOTED);
        } else if (c == escape && place != Place.AFTER_QUOTE) {
            escaped = true;
        } else {
            add(c, Place.UNQUOTED);
        }
    }

    private void add(char c, Place next) {
        field.append(c);
        place = next;
    }

    private void endField() {
        fields.add(field.toString());
        field.setLength(0);
        place = Place.BEGIN;
    }

    private void endFile() {
        if (place == Place.QUOTED) {
            throw new InputException(lines.name() + " line " + line
                    + ": the row that begins here has a quote that does not close; write a quote inside quotes twice"
                    + " (\"\"), or read quotes as they stand with --quote none");
        }
        if (escaped) {
            throw new InputException(lines.name() + " line " + line
                    + ": the row that begins here ends with a backslash that escapes nothing; take it out, or read"
                    + " backslashes as they stand with --quote double");
        }
        endField();
    }
}
