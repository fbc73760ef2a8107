package org.modernbert4j.model;

/**
 * Where a published checkpoint keeps a parameter.
 *
 * @param tensor the tensor's name; of the encoder without the {@code model.} that a checkpoint with a head puts before it
 * @param part which part of the tensor, cut along its first dimension, from 0
 * @param parts how many equal parts the tensor has; 1 where the parameter is all of it
 */
public record Published(String tensor, int part, int parts) {
    /** A tensor of its own. */
    public static Published whole(String tensor) {
        return new Published(tensor, 0, 1);
    }

    /** Whether the parameter is all of the tensor. */
    public boolean isWhole() {
        return parts == 1;
    }
}
