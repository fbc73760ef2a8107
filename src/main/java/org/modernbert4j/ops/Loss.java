package org.modernbert4j.ops;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** The function that training minimises: a sum over the rows of logits with a target. */
public interface Loss {
    /** Adds a placeholder for the targets, in the form of {@link Targets#upload}. */
    SDVariable targets(SameDiff sd, String name);

    /**
     * Adds the loss to a graph of own ops.
     *
     * @param logits {@code [n, classes]}
     * @param targets the placeholder of {@link #targets}
     * @param scale {@code [1]}, the factor of the sum
     * @return {@code [1]}
     */
    SDVariable own(SDVariable logits, SDVariable targets, SDVariable scale);

    /**
     * Adds the same loss to a graph of ND4J ops only.
     *
     * @param classes number of columns of the logits
     */
    SDVariable stock(SameDiff sd, SDVariable logits, SDVariable targets, SDVariable scale, int classes);
}
