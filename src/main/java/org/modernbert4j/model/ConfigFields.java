package org.modernbert4j.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.modernbert4j.InputException;

/** The fields of a JSON object by type, and which of them nobody asked for. */
final class ConfigFields {
    private static final Set<JsonElement> EMPTY = Set.of(new JsonObject(), new JsonArray());

    private final JsonObject object;
    private final String where;
    private final Set<String> asked = new HashSet<>();

    /** @param where what begins the messages */
    ConfigFields(JsonObject object, String where) {
        this.object = object;
        this.where = where;
    }

    /** Whether there is such a field, even if null. */
    boolean has(String name) {
        return value(name) != null;
    }

    /** Whether there is such a field that is not null. */
    boolean isSet(String name) {
        return has(name) && !value(name).isJsonNull();
    }

    int integer(String name, int missing) {
        return has(name) ? exactInteger(name) : missing;
    }

    OptionalInt tokenId(String name, int missing) {
        if (!has(name)) {
            return OptionalInt.of(missing);
        }
        return isSet(name) ? OptionalInt.of(exactInteger(name)) : OptionalInt.empty();
    }

    double number(String name, double missing) {
        return has(name) ? primitive(name, JsonPrimitive::isNumber, "a number").getAsDouble() : missing;
    }

    boolean flag(String name, boolean missing) {
        return has(name)
                ? primitive(name, JsonPrimitive::isBoolean, "true or false").getAsBoolean()
                : missing;
    }

    String text(String name, String missing) {
        return has(name) ? primitive(name, JsonPrimitive::isString, "a text").getAsString() : missing;
    }

    /** One of some constants by the names that {@code toString} gives them. */
    <E extends Enum<E>> E choice(String name, E missing) {
        return constant(name, text(name, missing.toString()), missing.getDeclaringClass());
    }

    /** An array of constants by the names that {@code toString} gives them. */
    <E extends Enum<E>> List<E> choices(String name, Class<E> type) {
        JsonElement array = value(name);
        if (!array.isJsonArray()) {
            throw error(name, array, "an array of names");
        }
        return array.getAsJsonArray().asList().stream()
                .map(element -> {
                    if (!element.isJsonPrimitive()) {
                        throw error(name, element, "a name");
                    }
                    return constant(name, element.getAsString(), type);
                })
                .toList();
    }

    /** The fields of an object inside; none if it is missing or null. */
    ConfigFields fields(String name) {
        if (!isSet(name)) {
            return new ConfigFields(new JsonObject(), where + ": " + name);
        }
        if (!value(name).isJsonObject()) {
            throw error(name, value(name), "an object");
        }
        return new ConfigFields(value(name).getAsJsonObject(), where + ": " + name);
    }

    /** All names, in the order of the text. */
    Set<String> names() {
        return object.keySet();
    }

    /** The names that were in no call yet, in the order of the text. */
    Stream<String> notAsked() {
        return names().stream().filter(name -> !asked.contains(name));
    }

    /** Refuses a field unless it is missing, null or empty. */
    void refuse(String name) {
        if (isSet(name) && !EMPTY.contains(value(name))) {
            throw error(name, value(name), "none, as it is not supported");
        }
    }

    InputException error(String name, Object found, Object wanted) {
        return refusal(where, "%s: found %s, wanted %s".formatted(name, found, wanted), null);
    }

    static InputException refusal(String where, String problem, Exception cause) {
        return new InputException(where + ": " + problem + "; correct the file or take another checkpoint", cause);
    }

    private <E extends Enum<E>> E constant(String name, String text, Class<E> type) {
        List<E> all = Arrays.asList(type.getEnumConstants());
        return all.stream()
                .filter(constant -> constant.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> error(name, text, "one of " + all));
    }

    private int exactInteger(String name) {
        JsonPrimitive number = primitive(name, JsonPrimitive::isNumber, "a whole number");
        try {
            return number.getAsBigDecimal().intValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            throw error(name, number, "a whole number below 2^31");
        }
    }

    private JsonPrimitive primitive(String name, Predicate<JsonPrimitive> type, String wanted) {
        JsonElement value = value(name);
        if (!value.isJsonPrimitive() || !type.test(value.getAsJsonPrimitive())) {
            throw error(name, value, wanted);
        }
        return value.getAsJsonPrimitive();
    }

    private JsonElement value(String name) {
        asked.add(name);
        return object.get(name);
    }
}
