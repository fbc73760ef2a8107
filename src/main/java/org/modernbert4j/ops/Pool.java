package org.modernbert4j.ops;

import java.util.List;
import org.modernbert4j.ops.kernel.PoolKernel;
import org.modernbert4j.ops.kernel.PoolKernel.Reduction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One row a text: x {@code [rows, width]}, starts int32 {@code [texts + 1]}, lengths int32 {@code [texts]}. */
public final class Pool extends OwnOp {
    /** For SameDiff, which fills in the rest. */
    public Pool() {}

    Pool(SameDiff sd, Reduction reduction, SDVariable x, SDVariable starts, SDVariable lengths) {
        super(sd, x, starts, lengths);
        addIArgument(reduction.code());
    }

    @Override
    public String opName() {
        return "modernbert_pool";
    }

    private static Reduction reduction(OwnOp op) {
        return Reduction.of(op.getIArgument(0).intValue());
    }

    @Override
    protected List<long[]> outputShapes(INDArray[] in) {
        return List.of(new long[] {in[2].size(0), in[0].size(1)});
    }

    @Override
    protected void run(INDArray[] in, INDArray[] out, Kernels kernels) {
        PoolKernel.forward(
                kernels.workers(),
                reduction(this),
                floats(in[0]),
                segments(in[1], in[2]),
                floats(out[0]),
                columns(in[0]));
    }

    @Override
    public List<SDVariable> doDiff(List<SDVariable> gradients) {
        return List.of(new InputGradient(sameDiff, reduction(this), gradients.get(0), arg(0), arg(1), arg(2)).output());
    }

    /** The gradient of all rows; x is there for its shape. */
    public static final class InputGradient extends OwnOp {
        /** For SameDiff, which fills in the rest. */
        public InputGradient() {}

        InputGradient(
                SameDiff sd, Reduction reduction, SDVariable dy, SDVariable x, SDVariable starts, SDVariable lengths) {
            super(sd, dy, x, starts, lengths);
            addIArgument(reduction.code());
        }

        @Override
        public String opName() {
            return "modernbert_pool_dx";
        }

        @Override
        protected List<long[]> outputShapes(INDArray[] in) {
            return List.of(in[1].shape());
        }

        @Override
        protected void run(INDArray[] in, INDArray[] out, Kernels kernels) {
            PoolKernel.inputGradient(
                    kernels.workers(),
                    reduction(this),
                    floats(in[0]),
                    segments(in[2], in[3]),
                    floats(out[0]),
                    columns(in[1]));
        }
    }
}
