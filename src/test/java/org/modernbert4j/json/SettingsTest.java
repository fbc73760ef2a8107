package org.modernbert4j.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modernbert4j.InputException;

class SettingsTest {
    private static final All FULL = new All(
            "ja\n",
            true,
            -7,
            Long.MAX_VALUE,
            1e-3,
            TimeUnit.DAYS,
            Path.of("a", "b"),
            List.of("x", "y"),
            new Optionals(Optional.of("z"), OptionalInt.of(3), OptionalDouble.of(0.5)));

    private static final All EMPTY = new All(
            "",
            false,
            0,
            0,
            0,
            TimeUnit.HOURS,
            Path.of("c"),
            List.of(),
            new Optionals(Optional.empty(), OptionalInt.empty(), OptionalDouble.empty()));

    @TempDir
    private Path folder;

    /** A setting of each type. */
    private record All(
            String text,
            boolean flag,
            int integer,
            long longInteger,
            double number,
            TimeUnit unit,
            Path path,
            List<String> list,
            Optionals optionals) {
        All exchange(Settings settings) {
            return new All(
                    settings.value("text", text, JsonValue::text),
                    settings.value("flag", flag, JsonValue::flag),
                    settings.value("integer", integer, JsonValue::integer),
                    settings.value("long", longInteger, JsonValue::longInteger),
                    settings.value("number", number, JsonValue::number),
                    settings.value("unit", unit, value -> value.choice(TimeUnit.class)),
                    settings.value("path", path, value -> Path.of(value.text())),
                    settings.value("list", list, values -> values.list(JsonValue::text)),
                    optionals.exchange(settings));
        }
    }

    private record Optionals(Optional<String> text, OptionalInt integer, OptionalDouble number) {
        Optionals exchange(Settings settings) {
            return new Optionals(
                    settings.optional("optional_text", text, JsonValue::text),
                    settings.optional("optional_integer", integer),
                    settings.optional("optional_number", number));
        }
    }

    private Settings reading(String json) throws IOException {
        Path file = Files.writeString(folder.resolve("settings.json"), json);
        return Settings.reading(JsonFile.read(file, "write it again"));
    }

    @Test
    void readsWhatWasWrittenWhateverTheExampleHas() throws IOException {
        for (All written : List.of(FULL, EMPTY)) {
            JsonObject object = new JsonObject();
            assertEquals(written, written.exchange(Settings.writing(object)));
            for (All example : List.of(FULL, EMPTY)) {
                assertEquals(written, example.exchange(reading(object.toString())));
            }
        }
    }

    @Test
    void writesEachTypeAsItself() {
        JsonObject object = new JsonObject();
        FULL.exchange(Settings.writing(object));
        assertEquals("true", object.get("flag").toString());
        assertEquals("-7", object.get("integer").toString());
        assertEquals("\"DAYS\"", object.get("unit").toString());
        assertEquals("[\"x\",\"y\"]", object.get("list").toString());
    }

    @Test
    void whatIsMissingIsTheGivenValueOrEmptyOrAnError() throws IOException {
        Settings settings = reading("{}");
        assertEquals(5, settings.value("n", 4, JsonValue::integer, 5));
        assertEquals(OptionalInt.empty(), settings.optional("n", OptionalInt.of(4)));
        assertEquals(OptionalInt.of(5), settings.optional("n", OptionalInt.of(4), OptionalInt.of(5)));
        InputException error = assertThrows(InputException.class, () -> settings.value("n", 4, JsonValue::integer));
        assertTrue(error.getMessage().contains("settings.json: n: found nothing, expected"), error.getMessage());
    }

    @Test
    void nullIsNoValue() throws IOException {
        Settings settings = reading("{\"n\": null}");
        assertEquals(OptionalInt.empty(), settings.optional("n", OptionalInt.of(4)));
        assertEquals(OptionalInt.empty(), settings.optional("n", OptionalInt.of(4), OptionalInt.of(5)));
        assertThrows(InputException.class, () -> settings.value("n", 4, JsonValue::integer, 5));
    }

    @Test
    void refusesToWriteWhatItCannotRead() {
        Settings settings = Settings.writing(new JsonObject());
        for (Object value : new Object[] {null, Optional.of("x"), new Object[0]}) {
            assertThrows(IllegalArgumentException.class, () -> settings.value("x", value, found -> found));
        }
    }
}
