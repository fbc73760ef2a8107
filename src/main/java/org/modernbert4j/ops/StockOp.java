package org.modernbert4j.ops;

import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.CustomOpDescriptor;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A stock libnd4j kernel with a name and a gradient of this library. The op reports the hash of the stock op, so any ND4J backend
 * runs the stock kernel, but SameDiff differentiates with {@link #doDiff}.
 */
public final class StockOp extends NamedOp {
    /**
     * A stock kernel with a gradient.
     *
     * @param name of the op in this library
     * @param kernel name of the stock op
     * @param gradient computes the gradients of the inputs from the gradient of the output
     */
    record Kind(String name, String kernel, BiFunction<StockOp, SDVariable, List<SDVariable>> gradient) {}

    /** {@code gather} along the first dimension, for rows that occur at most once. */
    private static final Kind ROWS =
            new Kind("modernbert_stock_rows", "gather", (op, dy) -> List.of(op.spread(op.arg(1), dy)));

    /**
     * The same for rows that may occur several times. The gradient is summed for each row in the placeholder {@link
     * GraphLayers#DISTINCT}.
     */
    private static final Kind GATHER = new Kind("modernbert_stock_gather", "gather", StockOp::distinctRows);

    /** {@code matmul} of two matrices, with a separate gradient op for each matrix. */
    private static final Kind MATMUL = new Kind("modernbert_stock_matmul", "matmul", StockOp::factors);

    /** All kinds by name. */
    static final Map<String, Kind> KINDS =
            Stream.of(ROWS, GATHER, MATMUL).collect(Collectors.toMap(Kind::name, Function.identity()));

    /** For SameDiff, which sets the name and the arguments. */
    public StockOp() {}

    StockOp(Kind kind, SDVariable... inputs) {
        super(kind.name, inputs);
    }

    /** Rows of a matrix by number; each number occurs at most once. */
    static SDVariable rows(SDVariable x, SDVariable numbers) {
        return gather(ROWS, x, numbers);
    }

    /** Rows of a table by number; numbers may repeat. */
    static SDVariable gather(SDVariable table, SDVariable ids) {
        return gather(GATHER, table, ids);
    }

    private static SDVariable gather(Kind kind, SDVariable x, SDVariable numbers) {
        StockOp op = new StockOp(kind, x, numbers);
        op.addIArgument(0);
        return op.output();
    }

    /** The product of two matrices. */
    static SDVariable matMul(SDVariable a, SDVariable b, boolean transposeA, boolean transposeB) {
        StockOp op = new StockOp(MATMUL, a, b);
        op.addIArgument(transposeA ? 1 : 0, transposeB ? 1 : 0, 0);
        op.addTArgument(1.0, 0.0);
        return op.output();
    }

    /** A table with rows at these numbers and zeros in all others. */
    private SDVariable spread(SDVariable numbers, SDVariable rows) {
        return sameDiff.scatterAdd(sameDiff.zerosLike(arg(0)), numbers, rows);
    }

    /** Sums rows by a product with an indicator matrix, because the stock segment sums are wrong on CUDA above 1,024 rows. */
    private List<SDVariable> distinctRows(SDVariable dy) {
        SDVariable distinct = sameDiff.getVariable(GraphLayers.DISTINCT);
        SDVariable indicator = sameDiff.eq(sameDiff.expandDims(distinct, 1), sameDiff.expandDims(arg(1), 0))
                .castTo(DataType.FLOAT); // [distinct, rows]
        return List.of(spread(distinct, sameDiff.mmul(indicator, dy)));
    }

    /** The gradients of {@code y = x W^T}. The model uses no other form. */
    private List<SDVariable> factors(SDVariable dy) {
        if (getIArgument(0) != 0 || getIArgument(1) != 1) {
            throw new UnsupportedOperationException("only x W^T has a gradient");
        }
        return List.of(matMul(dy, arg(1), false, false), matMul(dy, arg(0), true, false));
    }

    @Override
    public List<SDVariable> doDiff(List<SDVariable> gradients) {
        return KINDS.get(opName()).gradient.apply(this, gradients.get(0));
    }

    @Override
    public int getNumOutputs() {
        return 1;
    }

    @Override
    public long opHash() {
        return getDescriptor().getHash();
    }

    @Override
    public CustomOpDescriptor getDescriptor() {
        return Nd4j.getExecutioner().getCustomOperations().get(KINDS.get(opName()).kernel);
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
}
