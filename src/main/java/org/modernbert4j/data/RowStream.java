package org.modernbert4j.data;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.modernbert4j.InputException;
import org.modernbert4j.InputPath;
import org.modernbert4j.Reason;

/**
 * Texts that are read part by part, each row in order: one that holds no text is there too, with an empty one. Memory is for one part,
 * whatever the number of rows.
 *
 * @param <T> {@link Text} or {@link Example}
 */
public final class RowStream<T> {
    /** Most rows of a part. */
    private static final int MOST_ROWS = 4096;

    /** Most characters of a part, but for those of its last text. */
    private static final long MOST_CHARACTERS = 1 << 24;

    private static final String LINE = " line";
    private static final Pattern LINE_END = Pattern.compile("[\\r\\n]+$");

    private final String name;
    private final String place;
    private final OptionalInt rows;
    private final Function<T, String> text;
    private final Source<T> source;

    /** Gives every row; calls {@code waits} before it waits for input. */
    @FunctionalInterface
    private interface Source<T> {
        void read(Runnable waits, Consumer<T> each);
    }

    /** Reads every row of a stream of bytes. */
    @FunctionalInterface
    private interface Format<T> {
        void read(InputStream in, String name, Consumer<T> each) throws IOException;
    }

    private RowStream(String name, String place, OptionalInt rows, Function<T, String> text, Source<T> source) {
        this.name = name;
        this.place = place;
        this.rows = rows;
        this.text = text;
        this.source = source;
    }

    /** Texts that are in memory. */
    public static RowStream<Text> of(Texts texts) {
        OptionalInt rows = OptionalInt.of(texts.texts().size());
        return new RowStream<>(texts.place(), texts.place(), rows, Text::text, (waits, each) -> texts.texts()
                .forEach(each));
    }

    /**
     * The lines of a UTF-8 file that is not packed. A line of white space alone holds no text; no word means "missing" here.
     *
     * @throws InputException if the file is absent, cannot be read, is not UTF-8 or is empty
     */
    public static RowStream<Text> ofLines(Path file) {
        InputPath.file(file, "a text file with one text a line");
        return ofFile(file, Text::text, each -> {
            try (InputStream in = TableSource.text(Files.newInputStream(file), file.toString())) {
                readLines(in, file.toString(), RowLimit.ofStream(file.toString()), each);
            }
        });
    }

    /** The lines of a stream, as {@link #ofLines(Path)} of a file; it is read once. {@code name} is what errors call it. */
    public static RowStream<Text> ofLines(InputStream in, String name) {
        return ofInput(
                in,
                name,
                Text::text,
                (lines, called, each) ->
                        readLines(TableSource.text(lines, called), called, RowLimit.ofStream(called), each));
    }

    /**
     * A column of a table, of any number of rows. A text of white space is a text.
     *
     * @param keepNa whether words such as {@code None} and {@code NA} are texts, and only an empty field lacks one
     * @throws InputException for a table that {@link Dataset#read} refuses
     */
    public static RowStream<Text> ofColumn(TableFile table, String column, boolean keepNa) {
        return ofFile(
                table.path(), Text::text, each -> table.stream(List.of(column), row -> each.accept(text(row, keepNa))));
    }

    /** A column of a stream of CSV or JSON lines that is not packed; it is read once. */
    public static RowStream<Text> ofColumn(
            InputStream in, String name, CsvFormat format, String column, boolean keepNa) {
        return ofInput(in, name, Text::text, (table, called, each) -> {
            try (TableReader reader = TableSource.open(table, called, format)) {
                reader.read(List.of(column), RowLimit.ofStream(called), row -> each.accept(text(row, keepNa)));
            }
        });
    }

    private static Text text(Row row, boolean keepNa) {
        return new Text(row.row(), row.line(), value(row, 0, keepNa));
    }

    /** Two columns of a table, as {@link #ofColumn(TableFile, String, boolean)} reads one: a row may lack text, label or both. */
    public static RowStream<Example> ofColumns(TableFile table, Reading.Columns columns, boolean keepNa) {
        return ofFile(
                table.path(),
                Example::text,
                each -> table.stream(
                        List.of(columns.text(), columns.label()),
                        row -> each.accept(
                                new Example(row.row(), row.line(), value(row, 0, keepNa), value(row, 1, keepNa)))));
    }

    private static String value(Row row, int column, boolean keepNa) {
        return row.value(column, MissingValues.DROP, keepNa).orElse("");
    }

    /** Reads a file. */
    @FunctionalInterface
    private interface FileFormat<T> {
        void read(Consumer<T> each) throws IOException;
    }

    /** Reads a file twice: counts its rows, so that what is wrong with it is found before any work, and then gives them. */
    private static <T> RowStream<T> ofFile(Path file, Function<T, String> text, FileFormat<T> format) {
        Source<T> source = (waits, each) -> {
            try {
                format.read(each);
            } catch (IOException unreadable) {
                throw new InputException(
                        file + ": cannot be read (" + Reason.of(unreadable) + "); get or save the file again",
                        unreadable);
            }
        };
        int[] rows = new int[1];
        source.read(() -> {}, row -> rows[0]++);
        return new RowStream<>(file.toString(), file + LINE, OptionalInt.of(rows[0]), text, source);
    }

    private static <T> RowStream<T> ofInput(InputStream in, String name, Function<T, String> text, Format<T> format) {
        return new RowStream<>(name, name + LINE, OptionalInt.empty(), text, (waits, each) -> {
            try (InputStream waiting = new Waiting(in, waits)) {
                format.read(waiting, name, each);
            } catch (IOException unreadable) {
                throw new InputException(
                        name + ": cannot be read (" + Reason.of(unreadable) + "); give a file instead", unreadable);
            }
        });
    }

    /** Tells before it waits for bytes. */
    private static final class Waiting extends FilterInputStream {
        private final Runnable waits;

        Waiting(InputStream in, Runnable waits) {
            super(in);
            this.waits = waits;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (in.available() == 0) {
                waits.run();
            }
            return in.read(into, offset, length);
        }
    }

    /**
     * The lines of a stream, an empty text for each that is blank.
     *
     * @return how many there are
     */
    static int readLines(InputStream in, String name, RowLimit limit, Consumer<Text> each) throws IOException {
        Utf8Lines lines = new Utf8Lines(in, name);
        int row = 0;
        for (String line = lines.next(); line != null; line = lines.next()) {
            lines.beginRow();
            String text = LINE_END.matcher(line).replaceFirst("");
            each.accept(new Text(row, MissingValues.isWhiteSpace(text) ? "" : text));
            row++;
            limit.check(row);
        }
        if (row == 0) {
            throw noText(name);
        }
        return row;
    }

    static InputException noText(String name) {
        return new InputException(name + ": holds no text, expected one a line; check that it is the right input");
    }

    /** What errors call all of it: {@code news.csv}. */
    public String name() {
        return name;
    }

    /** What stands before the number of a row's line in messages: {@code news.csv line}. */
    public String place() {
        return place;
    }

    /** The number of rows, where it is known. */
    public OptionalInt rows() {
        return rows;
    }

    /**
     * Reads all rows, in parts of some thousand.
     *
     * @param prompt whether a part is handed on before the next row has to be waited for; its size then depends on time
     * @param each is given one part after the other, none empty
     * @throws InputException if there is no row, or one cannot be read
     */
    public void inParts(boolean prompt, Consumer<List<T>> each) {
        Part part = new Part(each);
        source.read(prompt ? part::handOn : () -> {}, part::add);
        part.handOn();
    }

    /** The rows that have been read and not handed on. */
    private final class Part {
        private final Consumer<List<T>> each;
        private final List<T> waiting = new ArrayList<>();
        private long characters;

        Part(Consumer<List<T>> each) {
            this.each = each;
        }

        void add(T row) {
            waiting.add(row);
            characters += text.apply(row).length();
            if (waiting.size() == MOST_ROWS || characters >= MOST_CHARACTERS) {
                handOn();
            }
        }

        void handOn() {
            if (!waiting.isEmpty()) {
                List<T> part = List.copyOf(waiting);
                waiting.clear();
                characters = 0;
                each.accept(part);
            }
        }
    }
}
