package org.modernbert4j.ops;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;

/** What {@link OwnLayers} and {@link StockLayers} have in common: the placeholders and what they are fed, parameters, names and activations. */
abstract class PlaceholderLayers implements GraphLayers {
    /** The placeholder of the distinct tokens without padding, int32 {@code [distinct]}. */
    static final String DISTINCT = "distinct";

    final SameDiff sd;
    final Backend backend;
    final int length;
    final SDVariable ids;
    final SDVariable distinct;
    final SDVariable selected;
    private final SDVariable lossScale;
    private SDVariable targets;

    PlaceholderLayers(SameDiff sd, Backend backend, int length) {
        NamedOp.register();
        this.sd = sd;
        this.backend = backend;
        this.length = length;
        ids = sd.placeHolder("ids", DataType.INT32, -1);
        distinct = sd.placeHolder(DISTINCT, DataType.INT32, -1);
        selected = sd.placeHolder("selected", DataType.INT32, -1);
        lossScale = sd.placeHolder("loss_scale", DataType.FLOAT, 1);
    }

    @Override
    public final SameDiff graph() {
        return sd;
    }

    @Override
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

    @Override
    public final SDVariable activation(Activation activation, SDVariable x) {
        return activation.apply(sd, x);
    }

    @Override
    public final SDVariable loss(Loss loss, SDVariable logits, int classes) {
        targets = loss.targets(sd, "targets");
        return loss(loss, logits, targets, lossScale, classes);
    }

    abstract SDVariable loss(Loss loss, SDVariable logits, SDVariable against, SDVariable scale, int classes);

    /** The gradient of a table alone that is looked up is its rows, put where the distinct tokens say. */
    @Override
    public final Optional<String> rowGradients(SameDiff gradients, String gradient) {
        SameDiffOp op =
                gradients.getOps().get(gradients.getVariables().get(gradient).getOutputOfOp());
        List<String> inputs = OpOrder.inputs(op); // of a spread: the table, where, and rows
        return inputs.size() == 3 && inputs.get(1).equals(DISTINCT) ? Optional.of(inputs.get(2)) : Optional.empty();
    }

    @Override
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
