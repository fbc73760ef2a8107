package org.modernbert4j.ops;

import java.util.HashMap;
import java.util.Map;
import org.modernbert4j.backend.Activation;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.AttentionGeometry;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.backend.RotaryTable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Layers of own ops, for a backend with kernels. Texts may have different lengths, padded or not. */
public final class OwnLayers extends GraphLayers {
    private final Precision precision;
    private final Map<String, SDVariable> rounded = new HashMap<>();
    private final SDVariable starts;
    private final SDVariable lengths;
    private final SDVariable dropoutSeed;
    private int dropouts;

    /**
     * @param sd an empty graph
     * @param backend will run the graph
     * @param length maximum rows of a text
     * @param precision of the matrix products
     */
    public OwnLayers(SameDiff sd, Backend backend, int length, Precision precision) {
        super(sd, backend, length);
        this.precision = precision;
        starts = sd.placeHolder("starts", DataType.INT32, -1);
        lengths = sd.placeHolder("lengths", DataType.INT32, -1);
        dropoutSeed = sd.placeHolder("dropout_seed", DataType.INT64, 1);
    }

    @Override
    public SDVariable embedding(SDVariable table, int paddingId) {
        return Rows.EMBEDDING.on(table, ids, distinct).integers(paddingId).output();
    }

    @Override
    public SDVariable linear(SDVariable x, SDVariable weight, SDVariable bias) {
        return Linear.FORWARD.on(operand(x), operand(weight), bias).output();
    }

    /** A matrix as operand of products. In bfloat16 it is rounded once for all products. */
    private SDVariable operand(SDVariable x) {
        return switch (precision) {
            case FLOAT32 -> x;
            case BFLOAT16 ->
                rounded.computeIfAbsent(x.name(), name -> Linear.ROUNDING.on(x).output());
        };
    }

    @Override
    public SDVariable layerNorm(SDVariable x, SDVariable gamma, SDVariable beta, double eps) {
        return LayerNorm.FORWARD.on(x, gamma, beta).numbers(eps).output();
    }

    @Override
    public Fork<SDVariable> fork(SDVariable x, SDVariable gamma, SDVariable beta, double eps) {
        SDVariable[] normAndInput =
                LayerNorm.FORK.on(x, gamma, beta).numbers(eps).outputVariables();
        return new Fork<>(normAndInput[1], normAndInput[0]);
    }

    @Override
    public SDVariable attention(SDVariable q, SDVariable k, SDVariable v, AttentionGeometry geometry, double theta) {
        String name = "rotary." + theta;
        SDVariable rotary = sd.hasVariable(name)
                ? sd.getVariable(name)
                : sd.constant(
                        name,
                        Nd4j.createFromArray(RotaryTable.of(geometry.headSize(), theta, length))
                                .reshape(length, geometry.headSize()));
        return TextOps.ATTENTION
                .on(q, k, v, rotary, starts, lengths)
                .integers(geometry.toAttributes(precision))
                .output();
    }

    @Override
    public SDVariable geglu(SDVariable ab, int intermediate) {
        return Elementwise.GEGLU.on(ab).output();
    }

    @Override
    public SDVariable activation(Activation activation, SDVariable x) {
        return Elementwise.ACTIVATION.on(x).integers(activation.code()).output();
    }

    @Override
    public SDVariable add(SDVariable x, SDVariable y) {
        return Elementwise.SUM.on(x, y).output();
    }

    @Override
    public SDVariable dropout(SDVariable x, int width, double rate) {
        return rate == 0
                ? x
                : Elementwise.DROPOUT
                        .on(x, dropoutSeed)
                        .numbers(rate)
                        .integers(dropouts++)
                        .output();
    }

    @Override
    public SDVariable pool(SDVariable x, int width, Pooling pooling) {
        return TextOps.POOL.on(x, starts, lengths).integers(pooling.code()).output();
    }

    @Override
    public SDVariable select(SDVariable x) {
        return Rows.SELECT.on(x, selected).output();
    }

    @Override
    public SDVariable lstm(SDVariable x, LstmWeights<SDVariable> weights, int hidden) {
        SDVariable projected = linear(x, weights.input(), weights.inputBias()); // [rows, 4 * hidden]
        return TextOps.LSTM
                .on(projected, weights.state(), weights.stateBias(), starts, lengths)
                .output();
    }

    @Override
    SDVariable loss(Loss loss, SDVariable logits, SDVariable targets, SDVariable scale, int classes) {
        return loss.own(logits, targets, scale);
    }

    @Override
    public Map<String, Array> feed(Batch batch, int[] distinctIds, double scale, long seed) {
        Map<String, Array> feed = super.feed(batch, distinctIds, scale, seed);
        feed.put(starts.name(), backend.upload(batch.segments().starts()));
        feed.put(lengths.name(), backend.upload(batch.segments().lengths()));
        feed.put(dropoutSeed.name(), backend.upload(seed));
        return feed;
    }
}
