package org.modernbert4j.ops;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.CustomOpDescriptor;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A stock libnd4j kernel under a name of ours, with a gradient of ours: it reports the stock op's hash, so that any backend runs
 * its own kernel, while SameDiff differentiates through {@link #doDiff}. Attributes that the kernel must not see are floating-point
 * arguments that it ignores.
 */
abstract class StockOp extends DynamicCustomOp {
    StockOp() {}

    StockOp(SameDiff sd, SDVariable... inputs) {
        super(null, sd, inputs, false);
    }

    abstract String stockName();

    final SDVariable output() {
        return outputVariables()[0];
    }

    @Override
    public abstract String opName();

    @Override
    public long opHash() {
        return getDescriptor().getHash();
    }

    @Override
    public CustomOpDescriptor getDescriptor() {
        return Nd4j.getExecutioner().getCustomOperations().get(stockName());
    }

    @Override
    public List<LongShapeDescriptor> calculateOutputShape(OpContext context) {
        return context == null
                ? Nd4j.getExecutioner().calculateOutputShape(this)
                : Nd4j.getExecutioner().calculateOutputShape(this, context);
    }

    @Override
    public int getNumOutputs() {
        return 1;
    }

    @Override
    public List<DataType> calculateOutputDataTypes(List<DataType> inputTypes) {
        return List.of(inputTypes.get(0));
    }

    @Override
    public Map<String, Object> propertiesForFunction() {
        return new HashMap<>();
    }

    @Override
    public void setPropertiesForFunction(Map<String, Object> properties) {}

    @Override
    public void configureFromArguments() {}

    /** {@code gather} along the first dimension, with the gradient that the stock op lacks. */
    public static final class Gather extends StockOp {
        /** For SameDiff, which fills in the rest. */
        public Gather() {}

        Gather(SameDiff sd, SDVariable table, SDVariable ids, int entries, int paddingId) {
            super(sd, table, ids);
            addIArgument(0);
            addTArgument(entries, paddingId);
        }

        @Override
        public String opName() {
            return "modernbert_stock_gather";
        }

        @Override
        String stockName() {
            return "gather";
        }

        @Override
        public List<SDVariable> doDiff(List<SDVariable> gradients) {
            int entries = getTArgument(0).intValue();
            SDVariable counts = sameDiff.neq(arg(1), getTArgument(1)).castTo(DataType.FLOAT); // [rows]
            SDVariable dy = gradients.get(0).mul(sameDiff.expandDims(counts, 1)); // [rows, width]
            return List.of(sameDiff.unsortedSegmentSum(dy, arg(1), entries));
        }
    }

    /** {@code gather} along the first dimension of a matrix with any number of rows, each taken at most once. */
    public static final class Rows extends StockOp {
        /** For SameDiff, which fills in the rest. */
        public Rows() {}

        Rows(SameDiff sd, SDVariable x, SDVariable rows) {
            super(sd, x, rows);
            addIArgument(0);
        }

        @Override
        public String opName() {
            return "modernbert_stock_rows";
        }

        @Override
        String stockName() {
            return "gather";
        }

        @Override
        public List<SDVariable> doDiff(List<SDVariable> gradients) {
            return List.of(sameDiff.scatterAdd(sameDiff.zerosLike(arg(0)), arg(1), gradients.get(0)));
        }
    }

    /** {@code matmul} of two matrices, with a gradient op for each of them. */
    public static final class MatMul extends StockOp {
        /** For SameDiff, which fills in the rest. */
        public MatMul() {}

        MatMul(SameDiff sd, SDVariable a, SDVariable b, boolean transposeA, boolean transposeB) {
            super(sd, a, b);
            addIArgument(transposeA ? 1 : 0, transposeB ? 1 : 0, 0);
            addTArgument(1.0, 0.0);
        }

        @Override
        public String opName() {
            return "modernbert_stock_matmul";
        }

        @Override
        String stockName() {
            return "matmul";
        }

        /** The gradients of {@code y = x W^T}, the only form that the model uses. */
        @Override
        public List<SDVariable> doDiff(List<SDVariable> gradients) {
            if (getIArgument(0) != 0 || getIArgument(1) != 1) {
                throw new UnsupportedOperationException("only x W^T has a gradient");
            }
            List<SDVariable> all = new ArrayList<>();
            all.add(new MatMul(sameDiff, gradients.get(0), arg(1), false, false).output());
            all.add(new MatMul(sameDiff, gradients.get(0), arg(0), true, false).output());
            return all;
        }
    }
}
