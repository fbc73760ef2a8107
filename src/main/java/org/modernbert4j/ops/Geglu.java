package org.modernbert4j.ops;

import com.google.auto.service.AutoService;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** {@code gelu(a) * b} of {@code [a | b]}: input {@code [rows, 2 * intermediate]}, result {@code [rows, intermediate]}. */
@AutoService(NamedOp.class)
public final class Geglu extends OwnOp {
    /** For SameDiff, which fills in the rest. */
    public Geglu() {}

    Geglu(SameDiff sd, SDVariable ab) {
        super(sd, ab);
    }

    @Override
    public String opName() {
        return "modernbert_geglu";
    }

    @Override
    protected List<long[]> outputShapes(long[][] in) {
        return List.of(new long[] {in[0][0], in[0][1] / 2});
    }

    @Override
    public List<SDVariable> doDiff(List<SDVariable> gradients) {
        return List.of(new InputGradient(sameDiff, gradients.get(0), arg(0)).output());
    }

    /** The gradient of both halves, side by side. */
    @AutoService(NamedOp.class)
    public static final class InputGradient extends OwnOp {
        /** For SameDiff, which fills in the rest. */
        public InputGradient() {}

        InputGradient(SameDiff sd, SDVariable dy, SDVariable ab) {
            super(sd, dy, ab);
        }

        @Override
        public String opName() {
            return "modernbert_geglu_dx";
        }

        @Override
        protected List<long[]> outputShapes(long[][] in) {
            return List.of(in[1]);
        }
    }
}
