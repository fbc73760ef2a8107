package org.modernbert4j.ops;

import com.google.auto.service.AutoService;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.CustomOpDescriptor;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A stock libnd4j kernel under a name of ours, with a gradient of ours: it reports the stock op's hash, so that any backend of ND4J
 * runs its own kernel, while SameDiff differentiates through {@link #doDiff}.
 */
abstract class StockOp extends NamedOp {
    StockOp() {}

    StockOp(SameDiff sd, SDVariable... inputs) {
        super(sd, inputs);
    }

    abstract String stockName();

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
    public List<DataType> calculateOutputDataTypes(List<DataType> inputTypes) {
        return List.of(inputTypes.get(0));
    }

    /** {@code gather} along the first dimension, each row at most once. */
    @AutoService(NamedOp.class)
    public static class Rows extends StockOp {
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
        final String stockName() {
            return "gather";
        }

        @Override
        public List<SDVariable> doDiff(List<SDVariable> gradients) {
            return List.of(spread(arg(1), gradients.get(0)));
        }

        /** A table of zeros but for rows with these numbers. */
        final SDVariable spread(SDVariable numbers, SDVariable rows) {
            return sameDiff.scatterAdd(sameDiff.zerosLike(arg(0)), numbers, rows);
        }
    }

    /**
     * The same for rows that may come more than once. The gradient is that of the rows in the placeholder {@link
     * PlaceholderLayers#DISTINCT}. The stock segment sums are wrong on CUDA above 1,024 rows, so an indicator matrix adds them.
     */
    @AutoService(NamedOp.class)
    public static final class Gather extends Rows {
        /** For SameDiff, which fills in the rest. */
        public Gather() {}

        Gather(SameDiff sd, SDVariable table, SDVariable ids) {
            super(sd, table, ids);
        }

        @Override
        public String opName() {
            return "modernbert_stock_gather";
        }

        @Override
        public List<SDVariable> doDiff(List<SDVariable> gradients) {
            SDVariable distinct = sameDiff.getVariable(PlaceholderLayers.DISTINCT);
            SDVariable indicator = sameDiff.eq(sameDiff.expandDims(distinct, 1), sameDiff.expandDims(arg(1), 0))
                    .castTo(DataType.FLOAT); // [distinct, rows]
            return List.of(spread(distinct, sameDiff.mmul(indicator, gradients.get(0))));
        }
    }

    /** {@code matmul} of two matrices, with a gradient op for each of them. */
    @AutoService(NamedOp.class)
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
            return List.of(
                    new MatMul(sameDiff, gradients.get(0), arg(1), false, false).output(),
                    new MatMul(sameDiff, gradients.get(0), arg(0), true, false).output());
        }
    }
}
