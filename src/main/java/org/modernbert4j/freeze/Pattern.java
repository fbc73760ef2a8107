package org.modernbert4j.freeze;

import java.util.Optional;
import org.modernbert4j.InputException;
import org.modernbert4j.model.Parameter;

/** Some of the parameters, in one word. Its text is read back by {@link #parse}. */
public sealed interface Pattern permits Group, ParameterPath {
    /** Whether a parameter is one of them. */
    boolean matches(Parameter parameter);

    /**
     * Reads the name of a group or a path.
     *
     * @throws InputException if the text is neither
     */
    static Pattern parse(String text) {
        Optional<Group> group = Group.named(text);
        return group.isPresent() ? group.get() : ParameterPath.parse(text);
    }
}
