package org.modernbert4j.json;

import java.util.regex.Pattern;
import org.modernbert4j.InputException;

/**
 * A place in a JSON text, for messages.
 *
 * @param source the text; messages begin with it
 * @param path of fields and elements, such as {@code outer["a.b"][1].name}; empty for the whole text
 * @param remedy what to do about an error; messages end with it
 */
record JsonPlace(String source, String path, String remedy) {
    private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}_-]+");

    /** A field of the object at this place. */
    JsonPlace child(String name) {
        String quoted = PLAIN.matcher(name).matches() ? (path.isEmpty() ? "" : ".") + name : "[\"" + name + "\"]";
        return new JsonPlace(source, path + quoted, remedy);
    }

    /** An element of the array at this place. */
    JsonPlace item(int index) {
        return new JsonPlace(source, path + "[" + index + "]", remedy);
    }

    InputException error(Object found, Object expected) {
        return error("found %s, expected %s".formatted(found, expected), null);
    }

    InputException error(String problem, Throwable cause) {
        return new InputException(source + ": " + (path.isEmpty() ? "" : path + ": ") + problem + "; " + remedy, cause);
    }
}
