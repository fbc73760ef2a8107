package org.modernbert4j.ops;

import com.google.auto.service.AutoService;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Rows added to a table of zeros, the gradient of taking rows out of it: the table {@code [entries, width]}, which is there for its
 * shape, ids int32 {@code [n]}, values {@code [n, width]}; result {@code [entries, width]}.
 */
@AutoService(NamedOp.class)
public final class Spread extends OwnOp {
    /** For SameDiff, which fills in the rest. */
    public Spread() {}

    Spread(SameDiff sd, SDVariable table, SDVariable ids, SDVariable values) {
        super(sd, table, ids, values);
    }

    @Override
    public String opName() {
        return "modernbert_spread";
    }

    @Override
    protected List<long[]> outputShapes(long[][] in) {
        return List.of(in[0]);
    }
}
