package org.modernbert4j.ops;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * {@code y = x W^T + b}: x {@code [rows, in]}, W {@code [out, in]}, both float32 or both bfloat16, b {@code [out]} or absent. The stock {@code matmul} computes
 * both gradients at once; here each is an op, so that the one nobody asks for is not computed.
 */
@AutoService(NamedOp.class)
public final class Linear extends OwnOp {
    /** For SameDiff, which fills in the rest. */
    public Linear() {}

    Linear(SameDiff sd, SDVariable... xWeightBias) {
        super(sd, xWeightBias);
    }

    @Override
    public String opName() {
        return "modernbert_linear";
    }

    @Override
    protected List<long[]> outputShapes(long[][] in) {
        return List.of(new long[] {in[0][0], in[1][0]});
    }

    @Override
    protected double operations(long[][] in, IntFunction<int[]> integers) {
        return 2.0 * in[0][0] * in[1][0] * in[1][1];
    }

    @Override
    public List<SDVariable> doDiff(List<SDVariable> gradients) {
        SDVariable dy = gradients.get(0);
        SDVariable operand = arg(0).dataType() == DataType.BFLOAT16 ? new Rounding(sameDiff, dy).output() : dy;
        List<SDVariable> all = new ArrayList<>();
        all.add(new InputGradient(sameDiff, operand, arg(1)).output());
        all.add(new WeightGradient(sameDiff, operand, arg(0)).output());
        if (args().length > 2) {
            all.add(new BiasGradient(sameDiff, dy).output());
        }
        return all;
    }

    /** {@code dx = dy W}. */
    @AutoService(NamedOp.class)
    public static final class InputGradient extends OwnOp {
        /** For SameDiff, which fills in the rest. */
        public InputGradient() {}

        InputGradient(SameDiff sd, SDVariable dy, SDVariable weight) {
            super(sd, dy, weight);
        }

        @Override
        public String opName() {
            return "modernbert_linear_dx";
        }

        @Override
        protected List<long[]> outputShapes(long[][] in) {
            return List.of(new long[] {in[0][0], in[1][1]});
        }

        @Override
        protected double operations(long[][] in, IntFunction<int[]> integers) {
            return 2.0 * in[0][0] * in[1][0] * in[1][1];
        }
    }

    /** {@code dW = dy^T x}. */
    @AutoService(NamedOp.class)
    public static final class WeightGradient extends OwnOp {
        /** For SameDiff, which fills in the rest. */
        public WeightGradient() {}

        WeightGradient(SameDiff sd, SDVariable dy, SDVariable x) {
            super(sd, dy, x);
        }

        @Override
        public String opName() {
            return "modernbert_linear_dw";
        }

        @Override
        protected List<long[]> outputShapes(long[][] in) {
            return List.of(new long[] {in[0][1], in[1][1]});
        }

        @Override
        protected double operations(long[][] in, IntFunction<int[]> integers) {
            return 2.0 * in[0][1] * in[1][0] * in[1][1];
        }
    }

    /** The sum of a matrix over its rows: {@code db} of a bias, {@code dbeta} of a layer norm. */
    @AutoService(NamedOp.class)
    public static final class BiasGradient extends OwnOp {
        /** For SameDiff, which fills in the rest. */
        public BiasGradient() {}

        BiasGradient(SameDiff sd, SDVariable dy) {
            super(sd, dy);
        }

        @Override
        public String opName() {
            return "modernbert_linear_db";
        }

        @Override
        protected List<long[]> outputShapes(long[][] in) {
            return List.of(new long[] {in[0][1]});
        }
    }
}
