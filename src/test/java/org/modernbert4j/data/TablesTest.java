package org.modernbert4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.InputException;
import org.modernbert4j.SettingException;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonFile;
import org.modernbert4j.json.JsonValue;

/** Tables that are hard to read are read as pandas reads them; what pandas refuses is refused with the option that may read it. */
class TablesTest {
    private static final JsonFields PANDAS =
            JsonFile.read(Path.of("src", "test", "resources", "tables", "tables.json"), "make it again");

    @TempDir
    private Path temp;

    private static Stream<Named<JsonFields>> cases(String kind) {
        return PANDAS.list(kind, JsonValue::fields).stream().map(one -> Named.of(one.text("name"), one));
    }

    static Stream<Named<JsonFields>> csv() {
        return cases("csv");
    }

    static Stream<Named<JsonFields>> jsonLines() {
        return cases("json_lines");
    }

    @ParameterizedTest
    @MethodSource("csv")
    void readsCsvAsPandas(JsonFields expected) throws IOException {
        String quote = expected.text("quote");
        CsvFormat format = CsvFormat.of(
                expected.text("delimiter"),
                Stream.of(CsvFormat.Quotes.values())
                        .filter(one -> one.toString().equals(quote))
                        .findFirst()
                        .orElseThrow());
        TableFile table = new TableFile(write("table.csv", expected.text("content")), format);
        if (expected.has("error")) {
            String message = assertThrows(InputException.class, () -> read(table, List.of("text")))
                    .getMessage();
            assertTrue(message.startsWith(table.path() + " line "), message);
            assertTrue(message.contains("--quote"), message);
        } else {
            assertSame(expected, table);
        }
    }

    @ParameterizedTest
    @MethodSource("jsonLines")
    void readsJsonLinesAsPandas(JsonFields expected) throws IOException {
        assertSame(expected, TableFile.of(write("table.jsonl", expected.text("content"))));
    }

    private static void assertSame(JsonFields expected, TableFile table) {
        List<String> header = expected.list("header", JsonValue::text);
        List<String> columns =
                header.stream().filter(name -> !name.startsWith("Unnamed")).toList();
        List<List<Optional<String>>> rows = expected.list(
                "rows", row -> row.list(value -> value.isSet() ? Optional.of(value.text()) : Optional.<String>empty()));
        List<List<Optional<String>>> wanted = rows.stream()
                .map(row -> columns.stream()
                        .map(column -> row.get(header.indexOf(column)))
                        .toList())
                .toList();
        assertEquals(wanted, read(table, columns));
    }

    private static List<List<Optional<String>>> read(TableFile table, List<String> columns) {
        List<List<Optional<String>>> rows = new ArrayList<>();
        table.read(columns, row -> {
            List<Optional<String>> values = new ArrayList<>();
            for (int column = 0; column < columns.size(); column++) {
                values.add(row.value(column, MissingValues.DROP, false));
            }
            rows.add(values);
        });
        return rows;
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(temp.resolve(name), content);
    }

    /** What pandas makes a column of floating point numbers of has no missing value apart from the numbers. */
    @Test
    void wholeNumbersStayWholeBesideMissingOnes() throws IOException {
        Path file =
                write("a.jsonl", "{\"text\": 3}\n{\"text\": null}\n{\"text\": 12345678901234567890}\n{\"text\": -0}");
        assertEquals(
                List.of(
                        List.of(Optional.of("3")),
                        List.of(Optional.<String>empty()),
                        List.of(Optional.of("12345678901234567890")),
                        List.of(Optional.of("0"))),
                read(TableFile.of(file), List.of("text")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"text\": [\"x\"]} | line 2: found a list as \"text\", expected a text or a number",
                "{\"text\": {\"x\": 1}} | line 2: found an object as \"text\", expected a text or a number",
                "{\"text\": \"x | line 2: found broken JSON",
                "{\"text\": \"x\"} {} | line 2: found broken JSON",
                "[\"x\"] | line 2: found no JSON object",
                "{\"text\": \"x\", \"text\": \"y\"} | line 2: found \"text\" twice",
                "{\"text\": \"\\ud800\"} | line 2: found half a surrogate pair in \"text\"",
            })
    void refusesLinesThatAreNoRows(String line, String message) throws IOException {
        Path file = write("a.jsonl", "{\"text\": \"x\"}\n" + line + "\n");
        assertRefused(TableFile.of(file), message);
    }

    @Test
    void refusesJsonLinesWithoutRowsOrTheColumn() throws IOException {
        assertRefused(TableFile.of(write("empty.jsonl", "\n \n")), "is empty, expected a JSON object on each line");
        assertRefused(
                TableFile.of(write("other.jsonl", "{\"id\": 1, \"body\": \"x\"}\n{\"more\": 1}\n")),
                "no column named \"text\" among [id, body]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.jsonl", "a.csv"})
    void jsonLinesHaveNoDelimiter(String name) throws IOException {
        TableFile table = new TableFile(write(name, "{\"text\": \"x\"}\n"), CsvFormat.of(";", CsvFormat.Quotes.DOUBLE));
        assertThrows(SettingException.class, () -> read(table, List.of("text")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ab", "\"", "\n", "\r"})
    void refusesWhatCannotBeADelimiter(String delimiter) {
        assertThrows(SettingException.class, () -> CsvFormat.of(delimiter, CsvFormat.Quotes.NONE));
    }

    @Test
    void aBackslashIsADelimiterUnlessItEscapes() {
        assertEquals(
                Optional.of('\\'), CsvFormat.of("\\", CsvFormat.Quotes.DOUBLE).delimiter());
        assertThrows(SettingException.class, () -> CsvFormat.of("\\", CsvFormat.Quotes.BACKSLASH));
        assertEquals(CsvFormat.of("\t", CsvFormat.Quotes.NONE), CsvFormat.of("tab", CsvFormat.Quotes.NONE));
    }

    private static void assertRefused(TableFile table, String part) {
        String message = assertThrows(InputException.class, () -> read(table, List.of("text")))
                .getMessage();
        assertTrue(message.startsWith(table.path().toString()), message);
        assertTrue(message.contains(part), message);
    }
}
