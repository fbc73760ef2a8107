package org.modernbert4j.ops;

import java.nio.FloatBuffer;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@code x + y} for two matrices of one shape. The stock op's gradient copies twice; this one copies nothing. */
public final class Residual extends OwnOp {
    /** For SameDiff, which fills in the rest. */
    public Residual() {}

    Residual(SameDiff sd, SDVariable x, SDVariable y) {
        super(sd, x, y);
    }

    @Override
    public String opName() {
        return "modernbert_residual";
    }

    @Override
    protected List<long[]> outputShapes(INDArray[] in) {
        return List.of(in[0].shape());
    }

    @Override
    protected void run(INDArray[] in, INDArray[] out, Kernels kernels) {
        FloatBuffer x = floats(in[0]);
        FloatBuffer y = floats(in[1]);
        FloatBuffer sum = floats(out[0]);
        int width = columns(in[0]);
        kernels.workers().split(rows(in[0]), (scratch, from, to) -> {
            float[] left = scratch.array(0, width);
            float[] right = scratch.array(1, width);
            for (int row = from; row < to; row++) {
                x.get(row * width, left, 0, width);
                y.get(row * width, right, 0, width);
                for (int i = 0; i < width; i++) {
                    left[i] += right[i];
                }
                sum.put(row * width, left, 0, width);
            }
        });
    }

    @Override
    public List<SDVariable> doDiff(List<SDVariable> gradients) {
        return List.of(new Alias(sameDiff, gradients.get(0)).output(), new Alias(sameDiff, gradients.get(0)).output());
    }
}
