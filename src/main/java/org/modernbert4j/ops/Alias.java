package org.modernbert4j.ops;

import com.google.auto.service.AutoService;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** Another name for the same values. */
@AutoService(NamedOp.class)
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
    protected List<long[]> outputShapes(long[][] in) {
        return List.of(in[0]);
    }

    @Override
    protected boolean passesInput() {
        return true;
    }

    @Override
    public List<SDVariable> doDiff(List<SDVariable> gradients) {
        return List.of(new Alias(sameDiff, gradients.get(0)).output());
    }
}
