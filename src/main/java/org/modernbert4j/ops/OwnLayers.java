package org.modernbert4j.ops;

import java.util.HashMap;
import java.util.Map;
import org.modernbert4j.ops.kernel.AttentionKernel.Geometry;
import org.modernbert4j.ops.kernel.PoolKernel.Reduction;
import org.modernbert4j.ops.kernel.RotaryTable;
import org.modernbert4j.ops.kernel.Segments;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Layers as own ops: any mix of lengths, padded or not, on the CPU. */
public final class OwnLayers implements Layers {
    private final SameDiff sd;
    private final int positions;
    private final Precision precision;
    private final Map<String, SDVariable> rounded = new HashMap<>();
    private final SDVariable ids;
    private final SDVariable starts;
    private final SDVariable lengths;
    private final SDVariable wanted;
    private final SDVariable labels;
    private final SDVariable lossScale;
    private final SDVariable dropoutSeed;
    private int dropouts;

    /**
     * @param sd an empty graph
     * @param positions most rows a text can have
     * @param precision of the products
     */
    public OwnLayers(SameDiff sd, int positions, Precision precision) {
        if (!KernelExecutioner.install()) {
            throw new IllegalStateException("own ops run on the CPU backend only: use -Dlowering=stock");
        }
        this.sd = sd;
        this.positions = positions;
        this.precision = precision;
        ids = sd.placeHolder("ids", DataType.INT32, -1);
        starts = sd.placeHolder("starts", DataType.INT32, -1);
        lengths = sd.placeHolder("lengths", DataType.INT32, -1);
        wanted = sd.placeHolder("wanted", DataType.INT32, -1);
        labels = sd.placeHolder("labels", DataType.INT32, -1);
        lossScale = sd.placeHolder("loss_scale", DataType.FLOAT, 1);
        dropoutSeed = sd.placeHolder("dropout_seed", DataType.INT64, 1);
    }

    @Override
    public SameDiff graph() {
        return sd;
    }

    @Override
    public SDVariable embedding(SDVariable table, int paddingId) {
        return new Embedding(sd, table, ids, paddingId).output();
    }

    @Override
    public SDVariable linear(SDVariable x, SDVariable weight, SDVariable bias) {
        SDVariable left = operand(x);
        SDVariable right = operand(weight);
        return (bias == null ? new Linear(sd, left, right) : new Linear(sd, left, right, bias)).output();
    }

    /** What is multiplied for a matrix: rounded once for all products that it is in. */
    private SDVariable operand(SDVariable x) {
        return switch (precision) {
            case FLOAT32 -> x;
            case BFLOAT16 -> rounded.computeIfAbsent(x.name(), name -> new Rounding(sd, x).output());
        };
    }

    @Override
    public SDVariable layerNorm(SDVariable x, SDVariable gamma, SDVariable beta, double eps) {
        return (beta == null ? new LayerNorm(sd, eps, x, gamma) : new LayerNorm(sd, eps, x, gamma, beta)).output();
    }

    @Override
    public Fork fork(SDVariable x, SDVariable gamma, SDVariable beta, double eps) {
        LayerNorm fork =
                beta == null ? new LayerNorm.Fork(sd, eps, x, gamma) : new LayerNorm.Fork(sd, eps, x, gamma, beta);
        SDVariable[] normAndInput = fork.outputVariables();
        return new Fork(normAndInput[1], normAndInput[0]);
    }

    @Override
    public SDVariable attention(SDVariable q, SDVariable k, SDVariable v, Geometry geometry, double theta) {
        String name = "rotary." + theta;
        SDVariable rotary = sd.hasVariable(name)
                ? sd.getVariable(name)
                : sd.constant(
                        name,
                        Nd4j.createFromArray(RotaryTable.cosinesAndSines(theta, geometry.headSize(), positions))
                                .reshape(positions, geometry.headSize()));
        return new RotaryAttention(sd, geometry, precision, q, k, v, rotary, starts, lengths).output();
    }

    @Override
    public SDVariable geglu(SDVariable ab, int intermediate) {
        return new Geglu(sd, ab).output();
    }

    @Override
    public SDVariable residual(SDVariable x, SDVariable y) {
        return new Residual(sd, x, y).output();
    }

    @Override
    public SDVariable dropout(SDVariable x, int width, double rate) {
        return rate == 0 ? x : new Dropout(sd, x, dropoutSeed, rate, dropouts++).output();
    }

    @Override
    public SDVariable pool(SDVariable x, int width, Reduction reduction) {
        return new Pool(sd, reduction, x, starts, lengths).output();
    }

    @Override
    public SDVariable wanted(SDVariable x) {
        return new Embedding(sd, x, wanted, -1).output();
    }

    @Override
    public SDVariable lstm(SDVariable x, LstmWeights weights, int hidden) {
        SDVariable projected = linear(x, weights.input(), weights.inputBias()); // [rows, 4 * hidden]
        return new LstmScan(sd, projected, weights.state(), weights.stateBias(), starts, lengths).output();
    }

    @Override
    public SDVariable crossEntropy(SDVariable logits, int classes) {
        return new CrossEntropy(sd, logits, labels, lossScale).output();
    }

    @Override
    public Map<String, INDArray> feed(
            int[] tokens, Segments segments, int[] wantedRows, int[] classes, double scale, long seed) {
        Map<String, INDArray> feed = new HashMap<>();
        feed.put(ids.name(), Nd4j.createFromArray(tokens));
        feed.put(starts.name(), Nd4j.createFromArray(segments.starts()));
        feed.put(lengths.name(), Nd4j.createFromArray(segments.lengths()));
        feed.put(lossScale.name(), Nd4j.createFromArray((float) scale));
        feed.put(dropoutSeed.name(), Nd4j.createFromArray(seed));
        if (wantedRows.length > 0) {
            feed.put(wanted.name(), Nd4j.createFromArray(wantedRows));
        }
        if (classes.length > 0) {
            feed.put(labels.name(), Nd4j.createFromArray(classes));
        }
        return feed;
    }
}
