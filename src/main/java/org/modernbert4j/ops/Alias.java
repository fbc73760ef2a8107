package org.modernbert4j.ops;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Another name for the same values. */
public final class Alias extends OwnOp {
    /** For SameDiff, which fills in the rest. */
    public Alias() {}

    Alias(SameDiff sd, SDVariable x) {
        super(sd, x);
    }

    @Override
    public String opName() {
        return "modernbert_alias";
    }

    @Override
    protected List<long[]> outputShapes(INDArray[] in) {
        return List.of(in[0].shape());
    }

    @Override
    protected boolean passesInput() {
        return true;
    }

    @Override
    protected void run(INDArray[] in, INDArray[] out, Kernels kernels) {} // there is no other output

    @Override
    public List<SDVariable> doDiff(List<SDVariable> gradients) {
        return List.of(new Alias(sameDiff, gradients.get(0)).output());
    }
}
