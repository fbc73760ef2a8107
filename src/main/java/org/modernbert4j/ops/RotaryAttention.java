package org.modernbert4j.ops;

import java.util.List;
import org.modernbert4j.ops.kernel.AttentionKernel;
import org.modernbert4j.ops.kernel.AttentionKernel.Geometry;
import org.modernbert4j.ops.kernel.AttentionKernel.Queries;
import org.modernbert4j.ops.kernel.Segments;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Multi-head attention with rotary positions, within each text, global or over a sliding window: q {@code [queries, hidden]}, k and v
 * {@code [rows, hidden]}, rotary {@code [positions, headSize]}, starts int32 {@code [texts + 1]}, lengths int32 {@code [texts]}.
 * The queries are all rows or the first row of each text. Results: context {@code [queries, hidden]} and, for the backward pass,
 * the log of the exponential sums {@code [queries, heads]}.
 */
public final class RotaryAttention extends OwnOp {
    /** For SameDiff, which fills in the rest. */
    public RotaryAttention() {}

    RotaryAttention(
            SameDiff sd,
            Geometry geometry,
            Precision precision,
            SDVariable q,
            SDVariable k,
            SDVariable v,
            SDVariable rotary,
            SDVariable starts,
            SDVariable lengths) {
        super(sd, q, k, v, rotary, starts, lengths);
        addArguments(this, geometry, precision);
    }

    private static void addArguments(OwnOp op, Geometry geometry, Precision precision) {
        op.addIArgument(
                geometry.heads(),
                geometry.headSize(),
                geometry.radius(),
                geometry.queries() == Queries.FIRST_ROW ? 1 : 0,
                precision == Precision.BFLOAT16 ? 1 : 0);
    }

    @Override
    public String opName() {
        return "modernbert_attention";
    }

    @Override
    public int getNumOutputs() {
        return 2;
    }

    @Override
    protected List<long[]> outputShapes(INDArray[] in) {
        return List.of(in[0].shape(), new long[] {in[0].size(0), getIArgument(0)});
    }

    private static Geometry geometry(OwnOp op) {
        return new Geometry(
                op.getIArgument(0).intValue(),
                op.getIArgument(1).intValue(),
                op.getIArgument(2).intValue(),
                op.getIArgument(3) == 1 ? Queries.FIRST_ROW : Queries.EVERY_ROW);
    }

    private static Precision precision(OwnOp op) {
        return op.getIArgument(4) == 1 ? Precision.BFLOAT16 : Precision.FLOAT32;
    }

    private static AttentionKernel<?> kernel(OwnOp op, Kernels kernels) {
        return switch (precision(op)) {
            case FLOAT32 -> kernels.attention();
            case BFLOAT16 -> kernels.roundedAttention();
        };
    }

    /** Of a product of queries with keys, or of probabilities with values, over all heads. */
    private static double productOperations(OwnOp op, INDArray starts, INDArray lengths) {
        Geometry geometry = geometry(op);
        Segments segments = segments(starts, lengths);
        double pairs = 0;
        for (int text = 0; text < segments.texts(); text++) {
            int tokens = segments.lengths()[text];
            int asking = geometry.queries() == Queries.EVERY_ROW ? segments.span(text) : 1;
            pairs += (double) asking * Math.min(tokens, 2.0 * geometry.radius() + 1);
        }
        return 2 * pairs * geometry.hidden();
    }

    @Override
    protected double operations(INDArray[] in) {
        return 2 * productOperations(this, in[4], in[5]);
    }

    @Override
    protected void run(INDArray[] in, INDArray[] out, Kernels kernels) {
        kernel(this, kernels)
                .forward(
                        kernels.workers(),
                        geometry(this),
                        segments(in[4], in[5]),
                        floats(in[0]),
                        floats(in[1]),
                        floats(in[2]),
                        floats(in[3]),
                        floats(out[0]),
                        floats(out[1]));
    }

    @Override
    public List<SDVariable> doDiff(List<SDVariable> gradients) {
        SDVariable[] out = outputVariables();
        SDVariable[] d = new Gradient(
                        sameDiff,
                        geometry(this),
                        precision(this),
                        gradients.get(0),
                        arg(0),
                        arg(1),
                        arg(2),
                        arg(3),
                        out[0],
                        out[1],
                        arg(4),
                        arg(5))
                .outputVariables();
        return List.of(d);
    }

    /** The gradients of q, k and v, which share nearly all of their work. */
    public static final class Gradient extends OwnOp {
        /** For SameDiff, which fills in the rest. */
        public Gradient() {}

        Gradient(SameDiff sd, Geometry geometry, Precision precision, SDVariable... inputs) {
            super(sd, inputs);
            addArguments(this, geometry, precision);
        }

        @Override
        public String opName() {
            return "modernbert_attention_dx";
        }

        @Override
        public int getNumOutputs() {
            return 3;
        }

        @Override
        protected List<long[]> outputShapes(INDArray[] in) {
            return List.of(in[1].shape(), in[2].shape(), in[3].shape());
        }

        @Override
        protected double operations(INDArray[] in) {
            return 5 * productOperations(this, in[7], in[8]);
        }

        @Override
        protected void run(INDArray[] in, INDArray[] out, Kernels kernels) {
            kernel(this, kernels)
                    .backward(
                            kernels.workers(),
                            geometry(this),
                            segments(in[7], in[8]),
                            floats(in[0]),
                            floats(in[1]),
                            floats(in[2]),
                            floats(in[3]),
                            floats(in[4]),
                            floats(in[5]),
                            floats(in[6]),
                            floats(out[0]),
                            floats(out[1]),
                            floats(out[2]));
        }
    }
}
