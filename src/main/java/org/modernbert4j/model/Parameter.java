package org.modernbert4j.model;

import java.util.List;

/**
 * A parameter of a network. The encoder or the head declares it where it uses it.
 *
 * @param name dotted, from the module to {@code weight} or {@code bias}; also the name of its SameDiff variable
 * @param place where in the network it is
 * @param component its group within its place, in descriptions and drawings: {@code norm}, {@code q}, {@code mlp}
 * @param kind matrix, bias, or a factor or bias of a normalisation
 * @param shape its dimensions
 * @param initialization its values if no checkpoint provides it
 * @param published where checkpoints store it
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
     * Where a published checkpoint stores a parameter.
     *
     * @param tensor name of the tensor; for the encoder, without the prefix {@code model.} that checkpoints with a head add
     * @param part number of the parameter's part of the tensor, from 0; the tensor is split along its first dimension
     * @param parts number of equal parts of the tensor; 1 if the parameter is the whole tensor
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
        /** The matrix of a linear layer, or a lookup table. */
        MATRIX,
        /** Added after the product with a matrix. */
        BIAS,
        /** The factor of a normalisation. */
        NORM_WEIGHT,
        /** Added by a normalisation. */
        NORM_BIAS;

        /** Whether it is a bias: of a matrix or of a normalisation. */
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
