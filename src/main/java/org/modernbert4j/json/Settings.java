package org.modernbert4j.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/**
 * Settings in a JSON object, each named once: the same code writes them and reads them. A method takes the name of a setting and its
 * present value. Writing, it adds the value to the object and returns it; reading, it returns what the object has.
 *
 * <pre>{@code
 * Point exchange(Settings settings) {
 *     return new Point(settings.value("x", x, JsonValue::integer), settings.value("y", y, JsonValue::integer, 0));
 * }
 * point.exchange(Settings.writing(object)); // adds x and y
 * Point read = ORIGIN.exchange(Settings.reading(fields)); // where y may be missing
 * }</pre>
 *
 * <p>Truth values and numbers are written as what they are, lists as arrays, texts, constants and paths as texts.
 */
public final class Settings {
    /** Names that were asked for. */
    private final Set<String> asked = new LinkedHashSet<>();

    /** Null when settings are written. */
    private final JsonFields from;

    /** Null when settings are read. */
    private final JsonObject to;

    private Settings(JsonFields from, JsonObject to) {
        this.from = from;
        this.to = to;
    }

    /** Reads settings from an object. */
    public static Settings reading(JsonFields from) {
        return new Settings(from, null);
    }

    /** Adds settings to an object. */
    public static Settings writing(JsonObject to) {
        return new Settings(null, to);
    }

    /**
     * A setting.
     *
     * @param read what reads it
     * @throws org.modernbert4j.InputException if it is missing or broken
     * @throws IllegalArgumentException if it is written and is of another type
     */
    public <T> T value(String name, T value, Function<JsonValue, T> read) {
        asked.add(name);
        if (to == null) {
            return read.apply(from.get(name));
        }
        to.add(name, element(value));
        return value;
    }

    /**
     * A setting that some files lack.
     *
     * @param read what reads it
     * @param missing what it is where the file lacks it
     * @throws org.modernbert4j.InputException if it is broken
     */
    public <T> T value(String name, T value, Function<JsonValue, T> read, T missing) {
        asked.add(name);
        return to == null && !from.has(name) ? missing : value(name, value, read);
    }

    /** A setting that is written only where it has a value; where the object lacks it, or has null, it is empty. */
    public <T> Optional<T> optional(String name, Optional<T> value, Function<JsonValue, T> read) {
        asked.add(name);
        if (to == null) {
            return from.find(name).map(read);
        }
        value.ifPresent(present -> to.add(name, element(present)));
        return value;
    }

    /** The same for a whole number. */
    public OptionalInt optional(String name, OptionalInt value) {
        Optional<Integer> boxed = value.isPresent() ? Optional.of(value.getAsInt()) : Optional.empty();
        return optional(name, boxed, JsonValue::integer).map(OptionalInt::of).orElse(OptionalInt.empty());
    }

    /** The same for a whole number that some files lack; there it is {@code missing}. */
    public OptionalInt optional(String name, OptionalInt value, OptionalInt missing) {
        asked.add(name);
        return to == null && !from.has(name) ? missing : optional(name, value);
    }

    /** The same for a setting that some files lack; there it is {@code missing}. */
    public <T> Optional<T> optional(String name, Optional<T> value, Function<JsonValue, T> read, Optional<T> missing) {
        asked.add(name);
        return to == null && !from.has(name) ? missing : optional(name, value, read);
    }

    /** The same for a number. */
    public OptionalDouble optional(String name, OptionalDouble value) {
        Optional<Double> boxed = value.isPresent() ? Optional.of(value.getAsDouble()) : Optional.empty();
        return optional(name, boxed, JsonValue::number).map(OptionalDouble::of).orElse(OptionalDouble.empty());
    }

    /** A list with at least one value; one alone is written as itself, more as an array. */
    public <T> List<T> oneOrMore(String name, List<T> values, Function<JsonValue, T> read) {
        asked.add(name);
        if (to == null) {
            JsonValue found = from.get(name);
            return found.isList() ? found.list(read) : List.of(read.apply(found));
        }
        to.add(name, element(values.size() == 1 ? values.get(0) : values));
        return values;
    }

    /** The names that were asked for: those that there are. */
    public Set<String> asked() {
        return Collections.unmodifiableSet(asked);
    }

    private static JsonElement element(Object value) {
        if (value instanceof List<?> list) {
            JsonArray array = new JsonArray();
            list.forEach(item -> array.add(element(item)));
            return array;
        }
        if (value instanceof Boolean flag) {
            return new JsonPrimitive(flag);
        }
        if (value instanceof Number number) {
            return new JsonPrimitive(number);
        }
        if (value instanceof String || value instanceof Enum || value instanceof Path) {
            return new JsonPrimitive(value.toString());
        }
        throw new IllegalArgumentException("a setting cannot be " + value);
    }
}
