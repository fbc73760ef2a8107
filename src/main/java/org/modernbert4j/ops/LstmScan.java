package org.modernbert4j.ops;

import com.google.auto.service.AutoService;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The recurrence of an LSTM over all rows of each text: projected inputs {@code [rows, 4 * hidden]}, weight {@code [4 * hidden,
 * hidden]}, bias {@code [4 * hidden]}, starts int32 {@code [texts + 1]}, lengths int32 {@code [texts]}. Results: the states
 * {@code [rows, hidden]} and, for the backward pass, the cells and the gates.
 */
@AutoService(NamedOp.class)
public final class LstmScan extends OwnOp {
    /** For SameDiff, which fills in the rest. */
    public LstmScan() {}

    LstmScan(
            SameDiff sd,
            SDVariable projected,
            SDVariable weight,
            SDVariable bias,
            SDVariable starts,
            SDVariable lengths) {
        super(sd, projected, weight, bias, starts, lengths);
    }

    @Override
    public String opName() {
        return "modernbert_lstm_scan";
    }

    @Override
    public int getNumOutputs() {
        return 3;
    }

    @Override
    protected List<long[]> outputShapes(long[][] in) {
        long[] states = {in[0][0], in[1][1]};
        return List.of(states, states, in[0]);
    }

    @Override
    public List<SDVariable> doDiff(List<SDVariable> gradients) {
        SDVariable[] out = outputVariables();
        SDVariable[] d = new Gradient(sameDiff, gradients.get(0), arg(1), out[0], out[1], out[2], arg(3), arg(4))
                .outputVariables();
        return List.of(
                new Alias(sameDiff, d[0]).output(),
                new Linear.WeightGradient(sameDiff, d[0], d[1]).output(),
                new Linear.BiasGradient(sameDiff, d[0]).output());
    }

    /** The gradient of the projected inputs and, beside it, the state that each row started from. */
    @AutoService(NamedOp.class)
    public static final class Gradient extends OwnOp {
        /** For SameDiff, which fills in the rest. */
        public Gradient() {}

        Gradient(SameDiff sd, SDVariable... inputs) {
            super(sd, inputs);
        }

        @Override
        public String opName() {
            return "modernbert_lstm_scan_dx";
        }

        @Override
        public int getNumOutputs() {
            return 2;
        }

        @Override
        protected List<long[]> outputShapes(long[][] in) {
            return List.of(in[4], in[2]);
        }
    }
}
