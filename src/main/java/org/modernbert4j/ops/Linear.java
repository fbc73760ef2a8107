package org.modernbert4j.ops;

import java.nio.Buffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.modernbert4j.ops.kernel.LinearKernel;
import org.modernbert4j.ops.kernel.Workers;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@code y = x W^T + b}: x {@code [rows, in]}, W {@code [out, in]}, both float32 or both bfloat16, b {@code [out]} or absent. The stock {@code matmul} computes
 * both gradients at once; here each is an op, so that the one nobody asks for is not computed.
 */
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
    protected List<long[]> outputShapes(INDArray[] in) {
        return List.of(new long[] {in[0].size(0), in[1].size(0)});
    }

    @Override
    protected double operations(INDArray[] in) {
        return 2.0 * in[0].size(0) * in[1].length();
    }

    @Override
    protected void run(INDArray[] in, INDArray[] out, Kernels kernels) {
        FloatBuffer bias = in.length > 2 ? floats(in[2]) : null;
        Operands.of(in, kernels)
                .forward(kernels.workers(), bias, floats(out[0]), rows(in[0]), columns(in[1]), rows(in[1]));
    }

    /** The two matrices of a product, and what multiplies matrices of their type. */
    private record Operands<B extends Buffer>(LinearKernel<B> kernel, B left, B right) {
        static Operands<?> of(INDArray[] in, Kernels kernels) {
            return in[0].dataType() == DataType.BFLOAT16
                    ? new Operands<>(kernels.roundedLinear(), bfloats(in[0]), bfloats(in[1]))
                    : new Operands<>(kernels.linear(), floats(in[0]), floats(in[1]));
        }

        void forward(Workers workers, FloatBuffer bias, FloatBuffer y, int rows, int in, int out) {
            kernel.forward(workers, left, right, bias, y, rows, in, out);
        }

        void inputGradient(Workers workers, FloatBuffer dx, int rows, int in, int out) {
            kernel.inputGradient(workers, left, right, dx, rows, in, out);
        }

        void weightGradient(Workers workers, FloatBuffer dWeight, int rows, int in, int out) {
            kernel.weightGradient(workers, left, right, dWeight, rows, in, out);
        }
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
        protected List<long[]> outputShapes(INDArray[] in) {
            return List.of(new long[] {in[0].size(0), in[1].size(1)});
        }

        @Override
        protected double operations(INDArray[] in) {
            return 2.0 * in[0].size(0) * in[1].length();
        }

        @Override
        protected void run(INDArray[] in, INDArray[] out, Kernels kernels) {
            Operands.of(in, kernels)
                    .inputGradient(kernels.workers(), floats(out[0]), rows(in[0]), columns(in[1]), rows(in[1]));
        }
    }

    /** {@code dW = dy^T x}. */
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
        protected List<long[]> outputShapes(INDArray[] in) {
            return List.of(new long[] {in[0].size(1), in[1].size(1)});
        }

        @Override
        protected double operations(INDArray[] in) {
            return 2.0 * in[0].size(1) * in[1].length();
        }

        @Override
        protected void run(INDArray[] in, INDArray[] out, Kernels kernels) {
            Operands.of(in, kernels)
                    .weightGradient(kernels.workers(), floats(out[0]), rows(in[0]), columns(in[1]), columns(in[0]));
        }
    }

    /** The sum of a matrix over its rows: {@code db} of a bias, {@code dbeta} of a layer norm. */
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
        protected List<long[]> outputShapes(INDArray[] in) {
            return List.of(new long[] {in[0].size(1)});
        }

        @Override
        protected void run(INDArray[] in, INDArray[] out, Kernels kernels) {
            LinearKernel.sumOverRows(kernels.workers(), floats(in[0]), floats(out[0]), rows(in[0]), columns(in[0]));
        }
    }
}
