package org.modernbert4j.ops;

import java.util.List;
import org.modernbert4j.ops.kernel.GegluKernel;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@code gelu(a) * b} of {@code [a | b]}: input {@code [rows, 2 * intermediate]}, result {@code [rows, intermediate]}. */
public final class Geglu extends OwnOp {
    /** For SameDiff, which fills in the rest. */
    public Geglu() {}

    Geglu(SameDiff sd, SDVariable ab) {
        super(sd, ab);
    }

    @Override
    public String opName() {
        return "modernbert_geglu";
    }

    @Override
    protected List<long[]> outputShapes(INDArray[] in) {
        return List.of(new long[] {in[0].size(0), in[0].size(1) / 2});
    }

    @Override
    protected void run(INDArray[] in, INDArray[] out, Kernels kernels) {
        GegluKernel.forward(kernels.workers(), floats(in[0]), floats(out[0]), rows(out[0]), columns(out[0]));
    }

    @Override
    public List<SDVariable> doDiff(List<SDVariable> gradients) {
        return List.of(new InputGradient(sameDiff, gradients.get(0), arg(0)).output());
    }

    /** The gradient of both halves, side by side. */
    public static final class InputGradient extends OwnOp {
        /** For SameDiff, which fills in the rest. */
        public InputGradient() {}

        InputGradient(SameDiff sd, SDVariable dy, SDVariable ab) {
            super(sd, dy, ab);
        }

        @Override
        public String opName() {
            return "modernbert_geglu_dx";
        }

        @Override
        protected List<long[]> outputShapes(INDArray[] in) {
            return List.of(in[1].shape());
        }

        @Override
        protected void run(INDArray[] in, INDArray[] out, Kernels kernels) {
            GegluKernel.inputGradient(
                    kernels.workers(), floats(in[0]), floats(in[1]), floats(out[0]), rows(in[0]), columns(in[0]));
        }
    }
}
