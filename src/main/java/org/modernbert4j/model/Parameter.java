package org.modernbert4j.model;

import java.util.List;

/**
 * A parameter of a network, as the encoder or the head declares it where it uses it.
 *
 * @param name dotted, from the module down to {@code weight} or {@code bias}; the name of its SameDiff variable
 * @param place where it is
 * @param component what of its place it belongs to, as descriptions and drawings tell it apart: {@code norm}, {@code q}, {@code mlp}
 * @param kind matrix, bias, or a factor or bias of a normalisation
 * @param shape its dimensions
 * @param initialization what it holds where no checkpoint has it
 * @param published where checkpoints keep it
 */
public record Parameter(
        String name,
        Place place,
        String component,
        Kind kind,
        List<Long> shape,
        Initialization initialization,
        Published published) {
    /** What a parameter does in its module. */
    public enum Kind {
        /** A matrix that multiplies, or a table. */
        MATRIX,
        /** Added after a matrix. */
        BIAS,
        /** The factor of a normalisation. */
        NORM_WEIGHT,
        /** Added by a normalisation. */
        NORM_BIAS;

        /** Whether it is added. */
        public boolean isBias() {
            return this == BIAS || this == NORM_BIAS;
        }

        /** Whether it belongs to a normalisation. */
        public boolean isNorm() {
            return this == NORM_WEIGHT || this == NORM_BIAS;
        }
    }

    /** The same in another shape. */
    public Parameter withShape(List<Long> other) {
        return new Parameter(name, place, component, kind, other, initialization, published);
    }

    /** Its dimensions as an array. */
    public long[] dimensions() {
        return shape.stream().mapToLong(Long::longValue).toArray();
    }

    /** How many numbers it has. */
    public long elements() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /** Whether it belongs to the head. */
    public boolean isOfHead() {
        return place instanceof Place.Head;
    }

    @Override
    public String toString() {
        return name;
    }
}
