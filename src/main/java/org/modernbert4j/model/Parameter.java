package org.modernbert4j.model;

import java.util.List;

/**
 * A parameter of a network, as the encoder or the head declares it where it uses it.
 *
 * @param name dotted, from the module down to {@code weight} or {@code bias}; the name of its SameDiff variable
 * @param place where it is
 * @param component the group within its place under which descriptions and drawings show it: {@code norm}, {@code q}, {@code mlp}
 * @param kind matrix, bias, or a factor or bias of a normalisation
 * @param shape its dimensions
 * @param initialization its values where no checkpoint has it
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
    /**
     * Where a published checkpoint keeps a parameter.
     *
     * @param tensor the tensor's name; for the encoder, without the {@code model.} that a checkpoint with a head puts before it
     * @param part which part of the tensor, cut along its first dimension, from 0
     * @param parts how many equal parts the tensor has; 1 if the parameter is the whole tensor
     */
    public record Published(String tensor, int part, int parts) {
        /** A tensor of its own. */
        public static Published whole(String tensor) {
            return new Published(tensor, 0, 1);
        }

        /** Whether the parameter is the whole tensor. */
        public boolean isWhole() {
            return parts == 1;
        }
    }

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

    /** The same parameter in another shape. */
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
        return place.equals(Place.HEAD);
    }

    @Override
    public String toString() {
        return name;
    }
}
