package org.modernbert4j.freeze;

import java.util.Collection;
import java.util.Locale;
import org.modernbert4j.InputException;
import org.modernbert4j.model.Parameter;

/**
 * One term of a selector.
 *
 * @param adds whether it adds the parameters; otherwise it removes them
 * @param which the parameters
 */
record Term(boolean adds, Which which) {
    /** A set of parameters. */
    sealed interface Which permits Group, NamePath {
        /** Whether it contains a parameter. */
        boolean matches(Parameter parameter);

        /** Throws {@link InputException} if the network has to have such a parameter, and has none. */
        default void requireMatch(Collection<Parameter> parameters) {}
    }

    /** A set of parameters by what they do; a network may have none of them. */
    enum Group implements Which {
        ALL,
        NONE,
        NORMS,
        BIASES;

        @Override
        public boolean matches(Parameter parameter) {
            return switch (this) {
                case ALL -> true;
                case NONE -> false;
                case NORMS -> parameter.kind().isNorm() && !parameter.isOfHead();
                case BIASES -> parameter.kind().isBias();
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Term parse(String text) {
        boolean adds = !text.strip().startsWith("!");
        String which = adds ? text.strip() : text.strip().substring(1).strip();
        for (Group group : Group.values()) {
            if (which.equals(group.toString())) {
                return new Term(adds, group);
            }
        }
        return new Term(adds, NamePath.parse(which));
    }

    @Override
    public String toString() {
        return (adds ? "" : "!") + which;
    }
}
