package org.modernbert4j.ops;

import com.google.auto.service.AutoService;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Softmax cross entropy, summed over the rows and multiplied by a scale: logits {@code [rows, classes]}, labels int32 {@code
 * [rows]} (negative: the row does not count), scale {@code [1]}; result {@code [1]}. The stock losses ignore the gradient that
 * comes in.
 */
@AutoService(NamedOp.class)
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
    protected List<long[]> outputShapes(long[][] in) {
        return List.of(new long[] {1});
    }

    @Override
    public List<SDVariable> doDiff(List<SDVariable> gradients) {
        return List.of(new LogitsGradient(sameDiff, gradients.get(0), arg(0), arg(1), arg(2)).output());
    }

    /** The gradient of the logits. */
    @AutoService(NamedOp.class)
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
        protected List<long[]> outputShapes(long[][] in) {
            return List.of(in[1]);
        }
    }
}
