package org.modernbert4j.ops;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** What training minimizes: a sum over the rows of the logits that have a target. */
public interface Loss {
    /** The placeholder of the targets, as {@link Targets#upload} lays them out. */
    SDVariable targets(SameDiff sd, String name);

    /**
     * Adds the loss to a graph of own ops.
     *
     * @param logits {@code [n, classes]}
     * @param targets of {@link #targets}
     * @param scale {@code [1]}, the factor of the sum
     * @return {@code [1]}
     */
    SDVariable own(SDVariable logits, SDVariable targets, SDVariable scale);

    /**
     * Adds the same loss to a graph of ND4J's ops alone.
     *
     * @param classes number of columns of the logits
     */
    SDVariable stock(SameDiff sd, SDVariable logits, SDVariable targets, SDVariable scale, int classes);
}
