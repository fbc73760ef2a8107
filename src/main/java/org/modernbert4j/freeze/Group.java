package org.modernbert4j.freeze;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.modernbert4j.model.Parameter;

/** Parameters that go together though they stand in different places. A network may have none of a group. */
public enum Group implements Pattern {
    /** Every parameter. */
    ALL,
    /** No parameter. */
    NONE,
    /** Every normalisation of the encoder: after the embedding, in the layers, after the last. A head's own is not among them. */
    NORMS,
    /** Whatever is added after a matrix or a normalisation, the head's too. */
    BIASES;

    static Optional<Group> named(String name) {
        return Arrays.stream(values())
                .filter(group -> group.toString().equals(name))
                .findFirst();
    }

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
