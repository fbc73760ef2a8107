package org.modernbert4j.ops;

import java.util.List;
import org.modernbert4j.ops.kernel.CrossEntropyKernel;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Softmax cross entropy, summed over the rows and multiplied by a scale: logits {@code [rows, classes]}, labels int32 {@code
 * [rows]} (negative: the row does not count), scale {@code [1]}; result {@code [1]}. The stock losses ignore the gradient that
 * comes in.
 */
public final class CrossEntropy extends OwnOp {
    /** For SameDiff, which fills in the rest. */
    public CrossEntropy() {}

    CrossEntropy(SameDiff sd, SDVariable logits, SDVariable labels, SDVariable scale) {
        super(sd, logits, labels, scale);
    }

    @Override
    public String opName() {
        return "modernbert_cross_entropy";
    }

    @Override
    protected List<long[]> outputShapes(INDArray[] in) {
        return List.of(new long[] {1});
    }

    @Override
    protected void run(INDArray[] in, INDArray[] out, Kernels kernels) {
        double loss = CrossEntropyKernel.forward(
                kernels.workers(), floats(in[0]), in[1].toIntVector(), columns(in[0]), in[2].getDouble(0));
        floats(out[0]).put(0, (float) loss);
    }

    @Override
    public List<SDVariable> doDiff(List<SDVariable> gradients) {
        return List.of(new LogitsGradient(sameDiff, gradients.get(0), arg(0), arg(1), arg(2)).output());
    }

    /** The gradient of the logits. */
    public static final class LogitsGradient extends OwnOp {
        /** For SameDiff, which fills in the rest. */
        public LogitsGradient() {}

        LogitsGradient(SameDiff sd, SDVariable dLoss, SDVariable logits, SDVariable labels, SDVariable scale) {
            super(sd, dLoss, logits, labels, scale);
        }

        @Override
        public String opName() {
            return "modernbert_cross_entropy_dx";
        }

        @Override
        protected List<long[]> outputShapes(INDArray[] in) {
            return List.of(in[1].shape());
        }

        @Override
        protected void run(INDArray[] in, INDArray[] out, Kernels kernels) {
            CrossEntropyKernel.logitsGradient(
                    kernels.workers(),
                    floats(in[1]),
                    in[2].toIntVector(),
                    floats(out[0]),
                    columns(in[1]),
                    in[3].getDouble(0) * in[0].getDouble(0));
        }
    }
}
