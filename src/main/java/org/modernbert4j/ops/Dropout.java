package org.modernbert4j.ops;

import com.google.auto.service.AutoService;
import java.util.List;
import org.modernbert4j.backend.DropoutMask;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Dropout whose mask follows from an int64 seed {@code [1]}, {@link DropoutMask#NOTHING_DROPPED} for inference. The stock op
 * is always on and has no gradient in ND4J 1.0.0-M2.1. Its own gradient is the same op.
 */
@AutoService(NamedOp.class)
public final class Dropout extends OwnOp {
    /** For SameDiff, which fills in the rest. */
    public Dropout() {}

    Dropout(SameDiff sd, SDVariable x, SDVariable seed, double rate, long stream) {
        super(sd, x, seed);
        addTArgument(rate);
        addIArgument(stream);
    }

    @Override
    public String opName() {
        return "modernbert_dropout";
    }

    @Override
    protected List<long[]> outputShapes(long[][] in) {
        return List.of(in[0]);
    }

    @Override
    public List<SDVariable> doDiff(List<SDVariable> gradients) {
        return List.of(new Dropout(sameDiff, gradients.get(0), arg(1), getTArgument(0), getIArgument(0)).output());
    }
}
