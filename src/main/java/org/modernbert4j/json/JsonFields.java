package org.modernbert4j.json;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.modernbert4j.InputException;

/**
 * The fields of a JSON object, and which of them are still unread. A method that reads a field throws an {@link InputException} if
 * the field is of another type or null, and without a value for it, if it is missing.
 */
public final class JsonFields {
    private static final Gson PRETTY = new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .serializeNulls()
            .create();

    private final JsonPlace place;
    private final JsonObject object;
    private final Set<String> read = new HashSet<>();

    JsonFields(JsonPlace place, JsonObject object) {
        this.place = place;
        this.object = object;
    }

    /** All names, in the order of the file. */
    public Set<String> names() {
        return object.keySet();
    }

    /** The names of the fields that no call has read yet, in the order of the file. */
    public List<String> unread() {
        return names().stream().filter(name -> !read.contains(name)).toList();
    }

    /** Whether there is such a field, even if null. */
    public boolean has(String name) {
        read.add(name);
        return object.has(name);
    }

    /** The value of a field; one that is missing is refused only when it is read. */
    public JsonValue get(String name) {
        read.add(name);
        return new JsonValue(place.child(name), object.get(name));
    }

    /** The value of a field; empty if it is missing or null. */
    public Optional<JsonValue> find(String name) {
        return Optional.of(get(name)).filter(JsonValue::isSet);
    }

    /** A text. */
    public String text(String name) {
        return get(name).text();
    }

    /** A text, or another where the field is missing. */
    public String text(String name, String missing) {
        return has(name) ? text(name) : missing;
    }

    /** True or false, or another where the field is missing. */
    public boolean flag(String name, boolean missing) {
        return has(name) ? get(name).flag() : missing;
    }

    /** A whole number of 32 bits. */
    public int integer(String name) {
        return get(name).integer();
    }

    /** A whole number of 32 bits, or another where the field is missing. */
    public int integer(String name, int missing) {
        return has(name) ? integer(name) : missing;
    }

    /** A whole number of 32 bits; empty if the field is missing or null. */
    public OptionalInt optionalInteger(String name) {
        return find(name).map(value -> OptionalInt.of(value.integer())).orElse(OptionalInt.empty());
    }

    /** A whole number of 64 bits. */
    public long longInteger(String name) {
        return get(name).longInteger();
    }

    /** A finite number. */
    public double number(String name) {
        return get(name).number();
    }

    /** A finite number, or another where the field is missing. */
    public double number(String name, double missing) {
        return has(name) ? number(name) : missing;
    }

    /** A constant by its {@code toString}. */
    public <E extends Enum<E>> E choice(String name, Class<E> type) {
        return get(name).choice(type);
    }

    /** A constant by its {@code toString}, or another where the field is missing. */
    public <E extends Enum<E>> E choice(String name, E missing) {
        return has(name) ? choice(name, missing.getDeclaringClass()) : missing;
    }

    /** The fields of an object. */
    public JsonFields fields(String name) {
        return get(name).fields();
    }

    /** The fields of an object; none if it is missing or null. */
    public JsonFields fieldsOrNone(String name) {
        JsonValue value = get(name);
        return value.isSet() ? value.fields() : new JsonFields(place.child(name), new JsonObject());
    }

    /** The elements of an array, each read as given. */
    public <T> List<T> list(String name, Function<JsonValue, T> read) {
        return get(name).list(read);
    }

    /** The values of an object by their names, in the order of the file, each read as given. */
    public <T> Map<String, T> map(String name, Function<JsonValue, T> read) {
        return get(name).map(read);
    }

    /** The same, with the fields of another object that it lacks. */
    public JsonFields withMissing(JsonObject others) {
        JsonObject all = others.deepCopy();
        object.entrySet().forEach(field -> all.add(field.getKey(), field.getValue()));
        return new JsonFields(place, all);
    }

    /** The text of the object with another value in a field, which may be missing. */
    public String textWith(String name, int value) {
        JsonObject changed = object.deepCopy();
        changed.addProperty(name, value);
        return PRETTY.toJson(changed) + "\n";
    }

    /** An error in a field that contradicts others: what it says, and what is expected. */
    public InputException error(String name, Object found, Object expected) {
        return place.child(name).error(found, expected);
    }

    /**
     * Makes something of the fields.
     *
     * @param make throws an {@link InputException} or {@link IllegalArgumentException} if a field is out of range
     * @throws InputException with the message of that, and the place of the object
     */
    public <T> T make(Supplier<T> make) {
        try {
            return make.get();
        } catch (IllegalArgumentException | InputException e) {
            throw e.getMessage().startsWith(place.source())
                    ? new InputException(e.getMessage(), e)
                    : place.error(e.getMessage(), e);
        }
    }
}
