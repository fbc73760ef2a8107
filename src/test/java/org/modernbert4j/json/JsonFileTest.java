package org.modernbert4j.json;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.InputException;

class JsonFileTest {
    private static final String REMEDY = "write it again";

    @TempDir
    Path folder;

    @Test
    void readsEachType() throws IOException {
        JsonFields fields = read(
                """
                {"int": -7, "long": 9223372036854775807, "double": 1e-3, "text": "ja\\n", "flag": true, "unit": "DAYS",
                 "object": {"inner": {"n": 1}}, "table": [[1, 2], [3]], "map": {"b": 2, "a": 1}, "null": null}
                """);
        assertEquals(-7, fields.integer("int"));
        assertEquals(Long.MAX_VALUE, fields.longInteger("long"));
        assertEquals(1e-3, fields.number("double"));
        assertEquals("ja\n", fields.text("text"));
        assertTrue(fields.get("flag").flag());
        assertEquals(TimeUnit.DAYS, fields.choice("unit", TimeUnit.class));
        assertEquals(1, fields.fields("object").fields("inner").integer("n"));
        long[][] table = fields.list("table", row -> row.list(JsonValue::longInteger).stream()
                        .mapToLong(n -> n)
                        .toArray())
                .toArray(long[][]::new);
        assertArrayEquals(new long[][] {{1, 2}, {3}}, table);
        Map<String, Integer> map = fields.map("map", JsonValue::integer);
        assertEquals(List.of("b", "a"), List.copyOf(map.keySet()));
        assertEquals(Map.of("a", 1, "b", 2), map);
        assertEquals(List.of("null"), fields.unread());
    }

    @Test
    void aMissingFieldHasTheGivenValue() throws IOException {
        JsonFields fields = read("{\"there\": 3, \"null\": null}");
        assertEquals(3, fields.integer("there", 1));
        assertEquals(1, fields.integer("absent", 1));
        assertEquals(0.5, fields.number("absent", 0.5));
        assertEquals("x", fields.text("absent", "x"));
        assertFalse(fields.flag("absent", false));
        assertEquals(TimeUnit.DAYS, fields.choice("absent", TimeUnit.DAYS));
        assertEquals(List.of(), List.copyOf(fields.fieldsOrNone("absent").names()));
        for (String name : List.of("absent", "null")) {
            assertEquals(OptionalInt.empty(), fields.optionalInteger(name));
            assertEquals(Optional.empty(), fields.find(name));
        }
        assertEquals(OptionalInt.of(3), fields.optionalInteger("there"));
        assertMessage("null: found null, expected a whole number", () -> fields.integer("null", 1));
    }

    @Test
    void namesTheFieldByItsPath() throws IOException {
        JsonFields fields = read("{\"a\": {\"b.c\": [{\"d\": 1}, {\"d\": [2, \"3\"]}]}}");
        List<JsonFields> rows = fields.fields("a").list("b.c", JsonValue::fields);
        assertMessage("a[\"b.c\"][1].d[1]: found \"3\", expected a whole number up to", () -> rows.get(1)
                .list("d", JsonValue::integer));
        assertMessage("a[\"b.c\"][0].e: found nothing, expected a text", () -> rows.get(0)
                .text("e"));
        assertMessage(
                "a[\"b.c\"][2]: found nothing, expected an object",
                () -> fields.fields("a").get("b.c").item(2).fields());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            integer | 2147483648                | a whole number up to 2147483647
            integer | 1.0                       | a whole number
            integer | 1e2                       | a whole number
            integer | 99999999999999999999      | a whole number
            integer | 1e99999999999             | a whole number
            integer | true                      | a whole number
            count   | -1                        | a whole number from 0 to 9223372036854775807
            long    | 9223372036854775808       | a whole number up to 9223372036854775807
            number  | 1e999                     | a finite number
            number  | "1"                       | a finite number
            number  | "NaN"                     | a finite number
            number  | []                        | a finite number
            any     | "1"                       | a number, NaN, Infinity or -Infinity
            any     | false                     | a number, NaN, Infinity or -Infinity
            text    | 1                         | a text
            text    | null                      | a text
            flag    | "true"                    | true or false
            flag    | 0                         | true or false
            fields  | []                        | an object
            list    | {}                        | an array
            list    | "a"                       | an array
            map     | [1]                       | an object
            choice  | "days"                    | one of [NANOSECONDS, MICROSECONDS,
            """)
    void refusesAnotherType(String method, String value, String expected) throws IOException {
        JsonValue field = read("{\"f\": " + value + "}").get("f");
        Function<JsonValue, Object> reading =
                switch (method) {
                    case "integer" -> JsonValue::integer;
                    case "count" -> count -> count.longFrom(0);
                    case "long" -> JsonValue::longInteger;
                    case "number" -> JsonValue::number;
                    case "any" -> JsonValue::anyNumber;
                    case "text" -> JsonValue::text;
                    case "flag" -> JsonValue::flag;
                    case "fields" -> JsonValue::fields;
                    case "list" -> list -> list.list(JsonValue::text);
                    case "map" -> map -> map.map(JsonValue::text);
                    default -> choice -> choice.choice(TimeUnit.class);
                };
        assertMessage("f: found " + value + ", expected " + expected, () -> reading.apply(field));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            ``                              | found broken JSON that ends too early, expected one whole object
            `   `                           | found broken JSON that ends too early
            {"a": [1,                       | found broken JSON that ends too early
            {"a": "b                        | found broken JSON
            {"a": 1} {}                     | found broken JSON at line 1 column
            {"a": 1} x                      | found broken JSON at line 1 column
            {'a': 1}                        | found broken JSON at line 1 column
            {"a": 1,}                       | found broken JSON at line 1 column
            {"a": NaN}                      | found broken JSON at line 1 column
            {"a": 01}                       | found broken JSON at line 1 column
            {"a": 1 /* one */}              | found broken JSON at line 1 column
            []                              | found [], expected an object
            null                            | found null, expected an object
            {"a": 1, "a": 2}                | a: found it twice, expected each name once
            {"o": [{"a": 1, "a": 1}]}       | o[0].a: found it twice, expected each name once
            """)
    void refusesWhatIsNotOneObject(String text, String problem) {
        assertMessage(problem, () -> read(text));
    }

    @Test
    void refusesDeepNesting() {
        assertMessage("found broken JSON at line 1", () -> read("{\"a\": " + "[".repeat(100_000)));
    }

    @Test
    void cutsALongValueShort() throws IOException {
        JsonFields fields = read("{\"a\": \"" + "x".repeat(5000) + "\"}");
        assertTrue(assertThrows(InputException.class, () -> fields.integer("a"))
                        .getMessage()
                        .length()
                < 500);
    }

    @Test
    void refusesAFileThatCannotBeRead() throws IOException {
        Path file = folder.resolve("file.json");
        assertMessage("no such file", () -> JsonFile.read(file, REMEDY));
        Files.write(file, new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'});
        assertMessage("cannot be read (its bytes are not UTF-8)", () -> JsonFile.read(file, REMEDY));
    }

    @Test
    void aPointerOfGitLfsIsCalledOne() throws IOException {
        Path file = write("version https://git-lfs.github.com/spec/v1\noid sha256:" + "0".repeat(64) + "\nsize 5\n");
        String expected =
                file + ": found a pointer of Git LFS, expected the file that it stands for; get that with git lfs pull";
        assertEquals(
                expected,
                assertThrows(InputException.class, () -> JsonFile.read(file, REMEDY))
                        .getMessage());
    }

    @Test
    void readsNonFiniteNumbersWhereTheyAreAllowed() throws IOException {
        Path file = write("{\"a\": NaN, \"b\": -Infinity, \"c\": Infinity, \"d\": 0.25, \"e\": nan}");
        assertThrows(InputException.class, () -> JsonFile.read(file, REMEDY));
        JsonFields fields = JsonFile.readWithNonFinite(file, REMEDY);
        assertEquals(Double.NaN, fields.get("a").anyNumber());
        assertEquals(Double.NEGATIVE_INFINITY, fields.get("b").anyNumber());
        assertEquals(Double.POSITIVE_INFINITY, fields.get("c").anyNumber());
        assertEquals(0.25, fields.get("d").anyNumber());
        assertMessage("a: found \"NaN\", expected a finite number", () -> fields.number("a"));
        assertMessage("e: found \"nan\", expected a number, NaN", () -> fields.get("e")
                .anyNumber());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\": NaN", "{\"a\": 1, \"a\": 2}", "{} {}", "", "[NaN]"})
    void refusesBrokenJsonWithNonFiniteNumbers(String text) throws IOException {
        Path file = write(text);
        assertMessage("", () -> JsonFile.readWithNonFinite(file, REMEDY));
    }

    @Test
    void anArgumentOutOfRangeIsOfTheFile() throws IOException {
        JsonFields inner = read("{\"inner\": {}}").fields("inner");
        assertMessage(
                "inner: steps: found 0, expected more",
                () -> inner.make(() -> {
                    throw new IllegalArgumentException("steps: found 0, expected more");
                }));
    }

    private JsonFields read(String text) throws IOException {
        return JsonFile.read(write(text), REMEDY);
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("file.json"), text);
    }

    private void assertMessage(String problem, Executable action) {
        String message = assertThrows(InputException.class, action).getMessage();
        assertTrue(message.startsWith(folder.resolve("file.json") + ": " + problem), message);
        assertTrue(message.endsWith("; " + REMEDY), message);
        assertEquals(1, message.lines().count(), message);
    }
}
