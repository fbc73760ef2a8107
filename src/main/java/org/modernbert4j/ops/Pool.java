package org.modernbert4j.ops;

import com.google.auto.service.AutoService;
import java.util.List;
import org.modernbert4j.backend.Pooling;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** One row a text: x {@code [rows, width]}, starts int32 {@code [texts + 1]}, lengths int32 {@code [texts]}. */
@AutoService(NamedOp.class)
public final class Pool extends OwnOp {
    /** For SameDiff, which fills in the rest. */
    public Pool() {}

    Pool(SameDiff sd, Pooling pooling, SDVariable x, SDVariable starts, SDVariable lengths) {
        super(sd, x, starts, lengths);
        addIArgument(pooling.code());
    }

    @Override
    public String opName() {
        return "modernbert_pool";
    }

    private static Pooling pooling(OwnOp op) {
        return Pooling.of(op.getIArgument(0));
    }

    @Override
    protected List<long[]> outputShapes(long[][] in) {
        return List.of(new long[] {in[2][0], in[0][1]});
    }

    @Override
    public List<SDVariable> doDiff(List<SDVariable> gradients) {
        return List.of(new InputGradient(sameDiff, pooling(this), gradients.get(0), arg(0), arg(1), arg(2)).output());
    }

    /** The gradient of all rows; x is there for its shape. */
    @AutoService(NamedOp.class)
    public static final class InputGradient extends OwnOp {
        /** For SameDiff, which fills in the rest. */
        public InputGradient() {}

        InputGradient(
                SameDiff sd, Pooling pooling, SDVariable dy, SDVariable x, SDVariable starts, SDVariable lengths) {
            super(sd, dy, x, starts, lengths);
            addIArgument(pooling.code());
        }

        @Override
        public String opName() {
            return "modernbert_pool_dx";
        }

        @Override
        protected List<long[]> outputShapes(long[][] in) {
            return List.of(in[1]);
        }
    }
}
