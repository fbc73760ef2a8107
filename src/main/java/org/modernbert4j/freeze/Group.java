package org.modernbert4j.freeze;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.modernbert4j.model.ParameterId;
import org.modernbert4j.model.ParameterId.EmbeddingNorm;
import org.modernbert4j.model.ParameterId.FinalNorm;
import org.modernbert4j.model.ParameterId.LayerParameter;

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
    public boolean matches(ParameterId id) {
        return switch (this) {
            case ALL -> true;
            case NONE -> false;
            case NORMS -> isEncoderNorm(id);
            case BIASES -> isBias(id);
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static boolean isEncoderNorm(ParameterId id) {
        return id instanceof EmbeddingNorm
                || id instanceof FinalNorm
                || (id instanceof LayerParameter parameter && parameter.role().isNorm());
    }

    /** Torch numbers the biases of an LSTM: {@code bias_ih_l0}. */
    private static boolean isBias(ParameterId id) {
        String parameter = id.name().substring(id.name().lastIndexOf('.') + 1);
        return parameter.equals("bias") || parameter.startsWith("bias_");
    }
}
