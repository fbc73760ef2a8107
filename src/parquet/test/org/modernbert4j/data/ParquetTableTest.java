package org.modernbert4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.InputException;
import org.modernbert4j.SettingException;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonFile;
import org.modernbert4j.json.JsonValue;

/** Values are those that pandas reads. */
class ParquetTableTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "tables");

    @TempDir
    private Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"none", "snappy", "gzip", "lz4", "zstd"})
    void readsAsPandas(String codec) {
        JsonFields expected =
                JsonFile.read(FOLDER.resolve("tables.json"), "make it again").fields("parquet");
        List<List<Optional<String>>> rows = expected.list(
                "rows", row -> row.list(value -> value.isSet() ? Optional.of(value.text()) : Optional.<String>empty()));
        assertEquals(rows, read(TableFile.of(file(codec)), expected.list("header", JsonValue::text)));
    }

    @Test
    void numbersItsRowsFromOne() {
        List<Text> texts = Texts.readTable(TableFile.of(file("none")), "text", MissingValues.DROP)
                .texts();
        assertEquals(new Text(1, 2, "None"), texts.get(1));
        assertEquals(4, texts.size(), "one is null; words and an empty text are values");
    }

    @Test
    void guessesColumns() {
        List<String> notes = new ArrayList<>();
        assertEquals("text", ColumnGuess.text(TableFile.of(file("none")), notes::add));
        assertEquals(List.of(), notes);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "list | column \"list\" holds nested values, expected texts, numbers or truth values",
                "day | column \"day\" holds INT64 TIMESTAMP",
                "none | no column named \"none\" among [text, label,",
            })
    void refusesOtherColumns(String column, String message) {
        assertRefused(file("none"), column, message);
    }

    @Test
    void refusesDamagedFiles() throws IOException {
        byte[] whole = Files.readAllBytes(file("snappy"));
        for (int length : new int[] {4, 12, whole.length / 2, whole.length - 1}) {
            Path cut = Files.write(temp.resolve("cut.parquet"), Arrays.copyOf(whole, length));
            assertRefused(cut, "text", "cut.parquet: ");
        }
        Arrays.fill(whole, 10, 60, (byte) 0x55);
        assertRefused(Files.write(temp.resolve("changed.parquet"), whole), "text", "changed.parquet: ");
    }

    @Test
    void namesACodecThatItLacks() {
        assertRefused(file("brotli"), "text", "brotli.parquet: is packed by BROTLI, expected");
    }

    @Test
    void parquetHasNoQuotes() {
        TableFile table = new TableFile(file("none"), CsvFormat.of(null, CsvFormat.Quotes.NONE));
        assertThrows(SettingException.class, () -> read(table, List.of("text")));
    }

    private static Path file(String codec) {
        return FOLDER.resolve(codec + ".parquet");
    }

    private static void assertRefused(Path file, String column, String part) {
        String message = assertThrows(InputException.class, () -> read(TableFile.of(file), List.of(column)))
                .getMessage();
        assertTrue(message.contains(part), message);
        assertTrue(message.lines().count() == 1, message);
    }

    private static List<List<Optional<String>>> read(TableFile table, List<String> columns) {
        List<List<Optional<String>>> rows = new ArrayList<>();
        table.read(columns, row -> rows.add(row.values()));
        return rows;
    }
}
