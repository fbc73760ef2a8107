package org.modernbert4j.ops;

import java.util.List;
import org.modernbert4j.ops.kernel.LstmKernel;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The recurrence of an LSTM over all rows of each text: projected inputs {@code [rows, 4 * hidden]}, weight {@code [4 * hidden,
 * hidden]}, bias {@code [4 * hidden]}, starts int32 {@code [texts + 1]}, lengths int32 {@code [texts]}. Results: the states
 * {@code [rows, hidden]} and, for the backward pass, the cells and the gates.
 */
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
    protected List<long[]> outputShapes(INDArray[] in) {
        long[] states = {in[0].size(0), in[1].size(1)};
        return List.of(states, states, in[0].shape());
    }

    @Override
    protected void run(INDArray[] in, INDArray[] out, Kernels kernels) {
        LstmKernel.forward(
                kernels.workers(),
                segments(in[3], in[4]),
                floats(in[0]),
                floats(in[1]),
                floats(in[2]),
                floats(out[0]),
                floats(out[1]),
                floats(out[2]),
                columns(in[1]));
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
        protected List<long[]> outputShapes(INDArray[] in) {
            return List.of(in[4].shape(), in[2].shape());
        }

        @Override
        protected void run(INDArray[] in, INDArray[] out, Kernels kernels) {
            LstmKernel.backward(
                    kernels.workers(),
                    segments(in[5], in[6]),
                    floats(in[0]),
                    floats(in[1]),
                    floats(in[2]),
                    floats(in[3]),
                    floats(in[4]),
                    floats(out[0]),
                    floats(out[1]),
                    columns(in[1]));
        }
    }
}
