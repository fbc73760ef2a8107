package org.modernbert4j.data;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.modernbert4j.SettingException;
import org.modernbert4j.json.JsonValue;
import org.modernbert4j.json.Settings;

/**
 * How a CSV file is written.
 *
 * @param delimiter what stands between fields; where empty, it is found: a comma, semicolon or tab
 * @param quotes what quotes mean
 */
public record CsvFormat(Optional<Character> delimiter, Quotes quotes) {
    /** What quotes mean, each as an option of pandas' {@code read_csv} has it. */
    public enum Quotes {
        /** Nothing: {@code quoting=csv.QUOTE_NONE}. */
        NONE,
        /** They enclose a field, in which two stand for one; the default of pandas. */
        DOUBLE,
        /** The same, and any character after a backslash stands for itself: {@code escapechar="\\"}. */
        BACKSLASH;

        /** Its name on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The format of most files: the delimiter is found, and quotes are doubled. */
    public static final CsvFormat USUAL = new CsvFormat(Optional.empty(), Quotes.DOUBLE);

    static final char QUOTE = '"';
    static final char BACKSLASH = '\\';

    private static final char TAB = '\t';
    private static final String TAB_NAME = "tab";

    /** Refuses a delimiter that has another meaning. */
    public CsvFormat {
        delimiter.ifPresent(c -> SettingException.requireRange(
                "\r\n\"\uFEFF".indexOf(c) < 0 && !(quotes == Quotes.BACKSLASH && c == BACKSLASH),
                "delimiter",
                c < ' ' ? "of code " + (int) c : c,
                "a character that is no quote, escape or line end"));
    }

    /**
     * The format that options describe.
     *
     * @param delimiter one character, or {@code \t} or {@code tab}; null for one that is found
     * @throws SettingException if it is none
     */
    public static CsvFormat of(String delimiter, Quotes quotes) {
        return new CsvFormat(Optional.ofNullable(delimiter).map(CsvFormat::character), quotes);
    }

    private static char character(String text) {
        if (text.equals("\\t") || text.equals(TAB_NAME)) {
            return TAB;
        }
        SettingException.requireRange(
                text.length() == 1, "delimiter", '"' + text + '"', "one character, such as ; or tab");
        return text.charAt(0);
    }

    /** Writes these settings, or reads them; older runs lack them. */
    public CsvFormat exchange(Settings settings) {
        Optional<String> written = delimiter.map(c -> c == TAB ? TAB_NAME : String.valueOf(c));
        return of(
                settings.optional("delimiter", written, JsonValue::text).orElse(null),
                settings.value(
                        "quote",
                        quotes,
                        value -> value.choice(List.of(Quotes.values()), Quotes::toString),
                        Quotes.DOUBLE));
    }
}
