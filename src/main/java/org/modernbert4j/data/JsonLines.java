package org.modernbert4j.data;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.modernbert4j.InputException;

/**
 * JSON lines: an object on each line is a row, its names are the columns. Null and absent values are missing, and no word is. The
 * columns that an error lists are those of the first row.
 */
final class JsonLines implements TableReader {
    private static final String REMEDY =
            "write each row as one line, for example with pandas: to_json(..., orient=\"records\", lines=True)";

    private final Utf8Lines lines;

    /** Where the present row stands. */
    private long line;

    JsonLines(Utf8Lines lines) {
        this.lines = lines;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }

    @Override
    public List<List<String>> headers() throws IOException {
        requireRows();
        String first = next();
        List<String> names = new ArrayList<>();
        parse(first, (name, reader) -> {
            names.add(name);
            reader.skipValue();
        });
        return List.of(names);
    }

    @Override
    public int read(List<String> columns, RowLimit limit, Consumer<Row> each) throws IOException {
        requireRows();
        lines.mark();
        List<String> first = headers().get(0);
        lines.reset();
        BitSet found = new BitSet();
        int count = 0;
        for (String text = next(); text != null; text = next()) {
            each.accept(new Row(lines.name(), columns, count, line, values(text, columns, found), false));
            count++;
            limit.check(count);
        }
        int absent = found.nextClearBit(0);
        if (absent < columns.size()) {
            new Header(lines.name(), first).place(columns.get(absent));
        }
        return count;
    }

    private void requireRows() throws IOException {
        if (!lines.skipBlank()) {
            throw new InputException(
                    lines.name() + ": is empty, expected a JSON object on each line; check that it is the right file");
        }
    }

    /** The next line that is not blank, or null after the last. */
    private String next() throws IOException {
        if (!lines.skipBlank()) {
            return null;
        }
        line = lines.beginRow();
        return lines.next();
    }

    private List<Optional<String>> values(String text, List<String> columns, BitSet found) {
        List<Optional<String>> values = new ArrayList<>(Collections.nCopies(columns.size(), Optional.empty()));
        BitSet here = new BitSet();
        parse(text, (name, reader) -> {
            int column = columns.indexOf(name);
            if (column < 0) {
                reader.skipValue();
                return;
            }
            if (here.get(column)) {
                throw error("\"" + name + "\" twice", "each name once", "take one out");
            }
            here.set(column);
            values.set(column, value(name, reader));
        });
        found.or(here);
        return values;
    }

    private Optional<String> value(String name, JsonReader reader) throws IOException {
        switch (reader.peek()) {
            case NULL -> {
                reader.nextNull();
                return Optional.empty();
            }
            case STRING -> {
                return Optional.of(text(name, reader.nextString()));
            }
            case BOOLEAN -> {
                return Optional.of(PandasText.of(reader.nextBoolean()));
            }
            case NUMBER -> {
                return Optional.of(number(reader.nextString()));
            }
            default ->
                throw error(
                        (reader.peek() == JsonToken.BEGIN_ARRAY ? "a list" : "an object") + " as \"" + name + "\"",
                        "a text or a number",
                        "name another column, or write the value as a text");
        }
    }

    private String text(String name, String value) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            throw error("half a surrogate pair in \"" + name + "\"", "whole characters", "correct the text");
        }
        return value;
    }

    /** Whole numbers as they stand, others as pandas prints them. */
    private static String number(String literal) {
        if (literal.matches("-?\\d+")) {
            return literal.equals("-0") ? "0" : literal;
        }
        return PandasText.of(Double.parseDouble(literal));
    }

    /** Is given each name of an object, and reads or skips its value. */
    private interface Field {
        void take(String name, JsonReader reader) throws IOException;
    }

    private void parse(String text, Field each) {
        try (JsonReader reader = new JsonReader(new StringReader(text))) {
            reader.setStrictness(Strictness.STRICT);
            if (reader.peek() != JsonToken.BEGIN_OBJECT) {
                throw error("no JSON object", "one", REMEDY);
            }
            reader.beginObject();
            while (reader.hasNext()) {
                each.take(reader.nextName(), reader);
            }
            reader.endObject();
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new MalformedJsonException("more after the object");
            }
        } catch (IOException broken) {
            throw new InputException(place() + "found broken JSON, expected one whole object; " + REMEDY, broken);
        }
    }

    private InputException error(String found, String expected, String remedy) {
        return new InputException(place() + "found " + found + ", expected " + expected + "; " + remedy);
    }

    private String place() {
        return lines.name() + " line " + line + ": ";
    }
}
