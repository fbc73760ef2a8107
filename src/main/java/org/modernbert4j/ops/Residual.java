package org.modernbert4j.ops;

import com.google.auto.service.AutoService;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** {@code x + y} for two matrices of one shape. The stock op's gradient copies twice; this one copies nothing. */
@AutoService(NamedOp.class)
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
    protected List<long[]> outputShapes(long[][] in) {
        return List.of(in[0]);
    }

    @Override
    public List<SDVariable> doDiff(List<SDVariable> gradients) {
        return List.of(new Alias(sameDiff, gradients.get(0)).output(), new Alias(sameDiff, gradients.get(0)).output());
    }
}
