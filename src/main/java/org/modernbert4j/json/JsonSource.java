package org.modernbert4j.json;

import java.util.regex.Pattern;
import org.modernbert4j.InputException;

/**
 * What a JSON text is, for messages.
 *
 * @param where what messages begin with
 * @param remedy what they end with
 */
record JsonSource(String where, String remedy) {
    private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}_-]+");

    /** The path of a field: {@code outer.name}, or {@code outer["a.b"]} for a name that would read as a path. */
    static String child(String path, String name) {
        if (!PLAIN.matcher(name).matches()) {
            return path + "[\"" + name + "\"]";
        }
        return path.isEmpty() ? name : path + "." + name;
    }

    /** The path of an element of an array. */
    static String item(String path, int index) {
        return path + "[" + index + "]";
    }

    InputException error(String path, Object found, Object wanted, Throwable cause) {
        return error(path, "found %s, wanted %s".formatted(found, wanted), cause);
    }

    InputException error(String path, String problem, Throwable cause) {
        return new InputException(where + ": " + (path.isEmpty() ? "" : path + ": ") + problem + "; " + remedy, cause);
    }
}
