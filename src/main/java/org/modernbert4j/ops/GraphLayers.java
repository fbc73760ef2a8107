package org.modernbert4j.ops;

import java.util.Map;
import java.util.Optional;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.DropoutMask;
import org.modernbert4j.backend.Precision;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** Layers that add ops to a SameDiff graph: {@link OwnLayers} or {@link StockLayers}. Both give the same numbers. */
public interface GraphLayers extends Layers<SDVariable> {
    /**
     * Layers for a backend.
     *
     * @param sd an empty graph
     * @param backend that will run it
     * @param length most rows of a text; of a backend without kernels of own ops, the rows of every text
     * @param precision of the products
     * @throws org.modernbert4j.InputException if the backend does not have that precision
     */
    static GraphLayers of(SameDiff sd, Backend backend, int length, Precision precision) {
        backend.require(precision);
        return backend.hasKernels()
                ? new OwnLayers(sd, backend, length, precision)
                : new StockLayers(sd, backend, length);
    }

    /** The graph that the layers add to. */
    SameDiff graph();

    /** The variable of a parameter, with its array where the backend shares it with ND4J; the same one for the same name. */
    SDVariable parameter(String name, Array array);

    /**
     * The loss of logits against the batch's targets, summed and multiplied by the batch's loss scale.
     *
     * @param logits {@code [n, classes]}
     * @param classes number of classes
     * @return {@code [1]}
     */
    SDVariable loss(Loss loss, SDVariable logits, int classes);

    /**
     * The rows of the gradient of {@link #embedding}'s table that belong to the batch's distinct tokens, without padding, ascending.
     * A table that is used otherwise too has more of a gradient than these.
     *
     * @param gradients the differentiated graph
     * @param gradient the variable of the whole gradient there
     * @return the variable of the rows, {@code [distinct, width]}; empty where the table is used otherwise too
     */
    Optional<String> rowGradients(SameDiff gradients, String gradient);

    /**
     * The placeholders' values for a batch. The arrays are the caller's until they are closed.
     *
     * @param distinct the batch's distinct tokens, without padding, ascending
     * @param lossScale factor of the summed loss: one over the targets for their mean
     * @param dropoutSeed which dropout mask; {@link #NO_DROPOUT} for none
     * @return arrays by placeholder name
     */
    Map<String, Array> feed(Batch batch, int[] distinct, double lossScale, long dropoutSeed);

    /** A seed for runs without dropout. */
    long NO_DROPOUT = DropoutMask.NOTHING_DROPPED;
}
