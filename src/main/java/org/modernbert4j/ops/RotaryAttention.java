package org.modernbert4j.ops;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.function.IntFunction;
import org.modernbert4j.backend.AttentionGeometry;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.backend.Segments;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Multi-head attention with rotary positions, within each text, global or over a sliding window: q {@code [queries, hidden]}, k and v
 * {@code [rows, hidden]}, rotary {@code [positions, headSize]}, starts int32 {@code [texts + 1]}, lengths int32 {@code [texts]}.
 * The queries are all rows or the first row of each text. Results: context {@code [queries, hidden]} and, for the backward pass,
 * the log of the exponential sums {@code [queries, heads]}.
 */
@AutoService(NamedOp.class)
public final class RotaryAttention extends OwnOp {
    /** For SameDiff, which fills in the rest. */
    public RotaryAttention() {}

    RotaryAttention(
            SameDiff sd,
            AttentionGeometry geometry,
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

    private static void addArguments(OwnOp op, AttentionGeometry geometry, Precision precision) {
        op.addIArgument(
                geometry.heads(),
                geometry.headSize(),
                geometry.radius(),
                geometry.firstRowOnly() ? 1 : 0,
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
    protected List<long[]> outputShapes(long[][] in) {
        return List.of(in[0], new long[] {in[0][0], getIArgument(0)});
    }

    private static AttentionGeometry geometry(OwnOp op) {
        return new AttentionGeometry(
                op.getIArgument(0).intValue(),
                op.getIArgument(1).intValue(),
                op.getIArgument(2).intValue(),
                op.getIArgument(3) == 1);
    }

    private static Precision precision(OwnOp op) {
        return op.getIArgument(4) == 1 ? Precision.BFLOAT16 : Precision.FLOAT32;
    }

    /** Of a product of queries with keys, or of probabilities with values, over all heads. */
    private static double productOperations(OwnOp op, int[] starts, int[] lengths) {
        AttentionGeometry geometry = geometry(op);
        Segments segments = new Segments(starts, lengths);
        double pairs = 0;
        for (int text = 0; text < segments.texts(); text++) {
            int tokens = segments.lengths()[text];
            int queries = geometry.firstRowOnly() ? 1 : segments.span(text);
            pairs += (double) queries * Math.min(tokens, 2.0 * geometry.radius() + 1);
        }
        return 2 * pairs * geometry.hidden();
    }

    @Override
    protected double operations(long[][] in, IntFunction<int[]> integers) {
        return 2 * productOperations(this, integers.apply(4), integers.apply(5));
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
    @AutoService(NamedOp.class)
    public static final class Gradient extends OwnOp {
        /** For SameDiff, which fills in the rest. */
        public Gradient() {}

        Gradient(SameDiff sd, AttentionGeometry geometry, Precision precision, SDVariable... inputs) {
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
        protected List<long[]> outputShapes(long[][] in) {
            return List.of(in[1], in[2], in[3]);
        }

        @Override
        protected double operations(long[][] in, IntFunction<int[]> integers) {
            return 5 * productOperations(this, integers.apply(7), integers.apply(8));
        }
    }
}
