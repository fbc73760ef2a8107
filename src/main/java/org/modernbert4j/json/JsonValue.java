package org.modernbert4j.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.modernbert4j.Excerpt;
import org.modernbert4j.InputException;

/**
 * The value of a field or of an element of an array; it may be missing. A method that reads it as a type throws an {@link
 * InputException} if it is missing, null or of another type.
 */
public final class JsonValue {
    private static final Set<String> NON_FINITE = Set.of("NaN", "Infinity", "-Infinity");
    private static final int MOST_SHOWN = 100;

    private final JsonPlace place;

    /** Null where the value is missing. */
    private final JsonElement element;

    JsonValue(JsonPlace place, JsonElement element) {
        this.place = place;
        this.element = element;
    }

    /** Whether it is neither missing nor null. */
    public boolean isSet() {
        return element != null && !element.isJsonNull();
    }

    /** Whether it is an object. */
    public boolean isObject() {
        return element instanceof JsonObject;
    }

    /** Whether it is an array. */
    public boolean isList() {
        return element instanceof JsonArray;
    }

    /** Whether it is a text. */
    public boolean isText() {
        return element instanceof JsonPrimitive primitive && primitive.isString();
    }

    /** Whether it is missing, null, an object without fields or an array without elements. */
    public boolean isEmpty() {
        return !isSet()
                || (element instanceof JsonObject object && object.isEmpty())
                || (element instanceof JsonArray array && array.isEmpty());
    }

    /** The text. */
    public String text() {
        return primitive(JsonPrimitive::isString, "a text").getAsString();
    }

    /** A text as it is, a number as it is written, {@code True} or {@code False}: what Python's {@code str} makes of it. */
    public String scalar() {
        JsonPrimitive scalar = primitive(primitive -> true, "a text or a number");
        return scalar.isBoolean() ? (scalar.getAsBoolean() ? "True" : "False") : scalar.getAsString();
    }

    /** The truth value. */
    public boolean flag() {
        return primitive(JsonPrimitive::isBoolean, "true or false").getAsBoolean();
    }

    /** The whole number of 32 bits, written in digits alone. */
    public int integer() {
        return integerFrom(Integer.MIN_VALUE);
    }

    /** The whole number of 32 bits, written in digits alone, not below {@code least}. */
    public int integerFrom(int least) {
        return (int) whole(least, Integer.MAX_VALUE);
    }

    /** The whole number of 64 bits, written in digits alone. */
    public long longInteger() {
        return longFrom(Long.MIN_VALUE);
    }

    /** The whole number of 64 bits, written in digits alone, not below {@code least}. */
    public long longFrom(long least) {
        return whole(least, Long.MAX_VALUE);
    }

    /** The number, which is finite. */
    public double number() {
        String expected = "a finite number";
        double number = primitive(JsonPrimitive::isNumber, expected).getAsDouble();
        if (!Double.isFinite(number)) {
            throw error(expected);
        }
        return number;
    }

    /** The number, which is finite and not below {@code least}. */
    public double numberFrom(double least) {
        double number = number();
        if (number < least) {
            throw error("a finite number from " + least);
        }
        return number;
    }

    /** The number, NaN or infinity. */
    public double anyNumber() {
        return primitive(
                        primitive -> primitive.isNumber() || NON_FINITE.contains(primitive.getAsString()),
                        "a number, NaN, Infinity or -Infinity")
                .getAsDouble();
    }

    /** The constant with this text as {@code toString}. */
    public <E extends Enum<E>> E choice(Class<E> type) {
        return choice(List.of(type.getEnumConstants()), Enum::toString);
    }

    /** The constant with this text as {@code toString}, or as its name, as older files have it. */
    public <E extends Enum<E>> E choiceOrName(Class<E> type) {
        String text = text();
        return choice(
                List.of(type.getEnumConstants()),
                constant -> constant.name().equals(text) ? text : constant.toString());
    }

    /** The choice, {@code among} some, with this text as its {@code spelling}. */
    public <E> E choice(List<E> among, Function<? super E, String> spelling) {
        String text = text();
        return among.stream()
                .filter(one -> spelling.apply(one).equals(text))
                .findFirst()
                .orElseThrow(
                        () -> error("one of " + among.stream().map(spelling).toList()));
    }

    /** The fields of the object. */
    public JsonFields fields() {
        if (element instanceof JsonObject object) {
            return new JsonFields(place, object);
        }
        throw error("an object");
    }

    /** The values of the object by their names, in the order of the file; {@code read} reads each. */
    public <T> Map<String, T> map(Function<JsonValue, T> read) {
        JsonFields fields = fields();
        Map<String, T> map = new LinkedHashMap<>();
        fields.names().forEach(name -> map.put(name, read.apply(fields.get(name))));
        return map;
    }

    /** The elements of the array; {@code read} reads each. */
    public <T> List<T> list(Function<JsonValue, T> read) {
        return IntStream.range(0, array().size())
                .mapToObj(index -> read.apply(item(index)))
                .toList();
    }

    /** One element of the array; a missing value where the array is too short. */
    public JsonValue item(int index) {
        JsonArray array = array();
        return new JsonValue(place.item(index), index < array.size() ? array.get(index) : null);
    }

    /** An error that names the file, the path, the value, and what is {@code expected} instead. */
    public InputException error(String expected) {
        String found = element == null ? "nothing" : element.toString();
        String shown = Excerpt.of(found, MOST_SHOWN);
        return place.error(shown, expected);
    }

    private JsonArray array() {
        if (element instanceof JsonArray array) {
            return array;
        }
        throw error("an array");
    }

    private long whole(long least, long most) {
        String expected = "a whole number " + (least < 0 ? "up to " : "from " + least + " to ") + most;
        String digits = primitive(JsonPrimitive::isNumber, expected).getAsString();
        try {
            long number = Long.parseLong(digits);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // too large, or no whole number
        }
        throw error(expected);
    }

    private JsonPrimitive primitive(Predicate<JsonPrimitive> type, String expected) {
        if (element instanceof JsonPrimitive primitive && type.test(primitive)) {
            return primitive;
        }
        throw error(expected);
    }
}
