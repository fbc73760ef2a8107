package org.modernbert4j.ops;

import com.google.auto.service.AutoService;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** Rows of a matrix by number: x {@code [n, width]}, rows int32 {@code [selected]}, result {@code [selected, width]}. */
@AutoService(NamedOp.class)
public final class Select extends OwnOp {
    /** For SameDiff, which fills in the rest. */
    public Select() {}

    Select(SameDiff sd, SDVariable x, SDVariable rows) {
        super(sd, x, rows);
    }

    @Override
    public String opName() {
        return "modernbert_select";
    }

    @Override
    protected List<long[]> outputShapes(long[][] in) {
        return List.of(new long[] {in[1][0], in[0][1]});
    }

    @Override
    public List<SDVariable> doDiff(List<SDVariable> gradients) {
        return List.of(new Spread(sameDiff, arg(0), arg(1), gradients.get(0)).output());
    }
}
