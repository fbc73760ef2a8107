package org.modernbert4j.ops;

import com.google.auto.service.AutoService;
import java.util.List;
import org.modernbert4j.backend.AttentionGeometry;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.backend.Segments;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Ops that work on each text separately: attention, the LSTM and pooling. The inputs starts int32 {@code [texts + 1]} and lengths
 * int32 {@code [texts]} give the rows of each text.
 */
@AutoService(OpKind.Provider.class)
public final class TextOps implements OpKind.Provider {
    /**
     * Multi-head attention with rotary positions, global or over a sliding window. Inputs: q {@code [queries, hidden]}, k and v
     * {@code [rows, hidden]}, rotary {@code [positions, headSize]}, starts, lengths. The queries are all rows or the first row of
     * each text. Results: context {@code [queries, hidden]} and, for the backward pass, the log-sum-exp of the scores {@code
     * [queries, heads]}. Attributes: those of {@link AttentionGeometry#toAttributes}.
     */
    static final OpKind ATTENTION = OpKind.of("modernbert_attention", in -> in[0], TextOps::queriesAndHeads)
            .withOperations((call, in, integers) -> 2 * productOperations(call, integers.apply(4), integers.apply(5)))
            .withGradient(TextOps::attentionGradients);

    /** The gradients of q, k and v. One op computes all three, because they share nearly all of the work. */
    static final OpKind ATTENTION_GRADIENT = OpKind.of("modernbert_attention_dx", in -> in[1], in -> in[2], in -> in[3])
            .withOperations((call, in, integers) -> 5 * productOperations(call, integers.apply(7), integers.apply(8)));

    /**
     * The recurrence of an LSTM over all rows of each text. Inputs: projected inputs {@code [rows, 4 * hidden]}, weight {@code [4 *
     * hidden, hidden]}, bias {@code [4 * hidden]}, starts, lengths. Results: the states {@code [rows, hidden]} and, for the
     * backward pass, the cells and the gates.
     */
    static final OpKind LSTM = OpKind.of("modernbert_lstm_scan", TextOps::states, TextOps::states, in -> in[0])
            .withGradient(TextOps::lstmGradients);

    /** The gradient of the projected inputs of {@link #LSTM}, and the state before each row. */
    static final OpKind LSTM_GRADIENT = OpKind.of("modernbert_lstm_scan_dx", in -> in[4], in -> in[2]);

    /** The gradient of all rows. Inputs: dy and the inputs of {@link #POOL}; x is used only for its shape. */
    static final OpKind POOL_GRADIENT = OpKind.of("modernbert_pool_dx", in -> in[1]);

    /** Pools each text: x {@code [rows, width]}, starts, lengths; result {@code [texts, width]}. Attribute: the {@link Pooling}. */
    static final OpKind POOL = OpKind.of("modernbert_pool", in -> new long[] {in[2][0], in[0][1]})
            .withGradient((op, dy) -> List.of(POOL_GRADIENT
                    .on(dy.get(0), op.arg(0), op.arg(1), op.arg(2))
                    .attributesOf(op)
                    .output()));

    @Override
    public List<OpKind> kinds() {
        return List.of(ATTENTION, ATTENTION_GRADIENT, LSTM, LSTM_GRADIENT, POOL_GRADIENT, POOL);
    }

    /** The number of heads follows from the widths of the queries and of the rotary table, which is as wide as a head. */
    private static long[] queriesAndHeads(long[][] in) {
        long[] queries = in[0];
        long[] rotary = in[3];
        return new long[] {queries[0], queries[1] / rotary[1]};
    }

    /** The operations of one product over all heads, such as queries times keys or probabilities times values. */
    private static double productOperations(OpCall call, int[] starts, int[] lengths) {
        AttentionGeometry geometry = AttentionGeometry.of(call.integers());
        Segments segments = new Segments(starts, lengths);
        double pairs = 0;
        for (int text = 0; text < segments.texts(); text++) {
            int queries = geometry.firstRowOnly() ? 1 : segments.span(text);
            pairs += queries * Math.min(lengths[text], 2.0 * geometry.radius() + 1);
        }
        return 2 * pairs * geometry.hidden();
    }

    private static List<SDVariable> attentionGradients(OwnOp op, List<SDVariable> dy) {
        SDVariable[] out = op.outputVariables();
        return List.of(ATTENTION_GRADIENT
                .on(dy.get(0), op.arg(0), op.arg(1), op.arg(2), op.arg(3), out[0], out[1], op.arg(4), op.arg(5))
                .attributesOf(op)
                .outputVariables());
    }

    private static long[] states(long[][] in) {
        return new long[] {in[0][0], in[1][1]};
    }

    private static List<SDVariable> lstmGradients(OwnOp op, List<SDVariable> dy) {
        SDVariable[] out = op.outputVariables();
        SDVariable[] d = LSTM_GRADIENT
                .on(dy.get(0), op.arg(1), out[0], out[1], out[2], op.arg(3), op.arg(4))
                .outputVariables();
        return List.of(
                Elementwise.ALIAS.on(d[0]).output(),
                Linear.WEIGHT_GRADIENT.on(d[0], d[1]).output(),
                Linear.BIAS_GRADIENT.on(d[0]).output());
    }
}
