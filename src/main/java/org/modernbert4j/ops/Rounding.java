package org.modernbert4j.ops;

import com.google.auto.service.AutoService;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/** Numbers rounded to the nearest of bfloat16, for products. Its gradient passes as if nothing had been rounded. */
@AutoService(NamedOp.class)
public final class Rounding extends OwnOp {
    /** For SameDiff, which fills in the rest. */
    public Rounding() {}

    Rounding(SameDiff sd, SDVariable x) {
        super(sd, x);
    }

    @Override
    public String opName() {
        return "modernbert_rounding";
    }

    @Override
    protected DataType outputType() {
        return DataType.BFLOAT16;
    }

    @Override
    protected List<long[]> outputShapes(long[][] in) {
        return List.of(in[0]);
    }

    @Override
    public List<SDVariable> doDiff(List<SDVariable> gradients) {
        return List.of(new Alias(sameDiff, gradients.get(0)).output());
    }
}
