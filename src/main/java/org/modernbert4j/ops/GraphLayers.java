package org.modernbert4j.ops;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.DropoutMask;
import org.modernbert4j.backend.Precision;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;

/** Layers that add ops to a SameDiff graph: {@link OwnLayers} or {@link StockLayers}. Both compute the same numbers. */
public abstract class GraphLayers implements Layers<SDVariable> {
    /** A seed for runs without dropout. */
    public static final long NO_DROPOUT = DropoutMask.NOTHING_DROPPED;

    /** The placeholder of the distinct tokens without padding, int32 {@code [distinct]}. */
    static final String DISTINCT = "distinct";

    /** The ops that put rows into a table of zeros: the own one and ND4J's. */
    private static final Set<String> SPREADS = Set.of(Rows.SPREAD.name(), "scatter_add");

    final SameDiff sd;
    final Backend backend;
    final int length;
    final SDVariable ids;
    final SDVariable distinct;
    final SDVariable selected;
    private final SDVariable lossScale;
    private SDVariable targets;

    GraphLayers(SameDiff sd, Backend backend, int length) {
        NamedOp.register();
        this.sd = sd;
        this.backend = backend;
        this.length = length;
        ids = sd.placeHolder("ids", DataType.INT32, -1);
        distinct = sd.placeHolder(DISTINCT, DataType.INT32, -1);
        selected = sd.placeHolder("selected", DataType.INT32, -1);
        lossScale = sd.placeHolder("loss_scale", DataType.FLOAT, 1);
    }

    /**
     * Layers for a backend.
     *
     * @param sd an empty graph
     * @param backend will run the graph
     * @param length maximum rows of a text; for a backend without kernels for own ops, the rows of every text
     * @param precision of the matrix products
     * @throws org.modernbert4j.InputException if the backend lacks the precision
     */
    public static GraphLayers of(SameDiff sd, Backend backend, int length, Precision precision) {
        backend.require(precision);
        return backend.hasKernels()
                ? new OwnLayers(sd, backend, length, precision)
                : new StockLayers(sd, backend, length);
    }

    /** The graph that the layers add to. */
    public final SameDiff graph() {
        return sd;
    }

    /** The variable of a parameter; one per name. It holds the array if the backend shares arrays with ND4J. */
    public final SDVariable parameter(String name, Array array) {
        if (sd.hasVariable(name)) {
            return sd.getVariable(name);
        }
        return backend.shared(array)
                .map(shared -> sd.var(name, shared))
                .orElseGet(() -> sd.var(name, array.type(), array.shape()));
    }

    @Override
    public final SDVariable name(SDVariable x, String name) {
        return x.rename(name);
    }

    /**
     * The loss of logits and the batch's targets: summed, then multiplied by the loss scale.
     *
     * @param logits {@code [n, classes]}
     * @param classes number of classes
     * @return {@code [1]}
     */
    public final SDVariable loss(Loss loss, SDVariable logits, int classes) {
        targets = loss.targets(sd, "targets");
        return loss(loss, logits, targets, lossScale, classes);
    }

    abstract SDVariable loss(Loss loss, SDVariable logits, SDVariable targets, SDVariable scale, int classes);

    /**
     * The gradient of {@link #embedding}'s table, only for the rows of the batch's distinct tokens: without padding, ascending. It
     * exists if the table is only used for lookups, because all other rows of the gradient are then zero.
     *
     * @param gradients the differentiated graph
     * @param gradient name of the whole gradient in it
     * @return name of the variable of the rows, {@code [distinct, width]}; empty if the table has another use
     */
    public final Optional<String> rowGradients(SameDiff gradients, String gradient) {
        SameDiffOp op =
                gradients.getOps().get(gradients.getVariables().get(gradient).getOutputOfOp());
        boolean spreads = SPREADS.contains(op.getOp().opName());
        List<String> inputs = Graphs.inputs(op); // a spread reads a table, numbers of rows, and the rows
        return spreads && inputs.get(1).equals(DISTINCT) ? Optional.of(inputs.get(2)) : Optional.empty();
    }

    /**
     * The values of the placeholders for a batch. The caller closes the arrays.
     *
     * @param distinctIds the batch's distinct tokens, without padding, ascending
     * @param scale factor of the summed loss; 1 / (number of targets) gives the mean loss
     * @param dropoutSeed seed of the dropout mask; {@link #NO_DROPOUT} for no dropout
     * @return arrays by placeholder name
     */
    public Map<String, Array> feed(Batch batch, int[] distinctIds, double scale, long dropoutSeed) {
        Map<String, Array> feed = new LinkedHashMap<>();
        feed.put(ids.name(), backend.upload(batch.ids()));
        feed.put(distinct.name(), backend.upload(distinctIds));
        feed.put(lossScale.name(), backend.upload(new float[] {(float) scale}, 1));
        if (batch.selected().length > 0) {
            feed.put(selected.name(), backend.upload(batch.selected()));
        }
        if (targets != null && batch.targets() != Targets.NONE) {
            feed.put(targets.name(), batch.targets().upload(backend));
        }
        return feed;
    }
}
