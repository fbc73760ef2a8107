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
 * A stock libnd4j kernel under a name and with a gradient of ours: the op reports the hash of the stock op, so that any backend of
 * ND4J runs its kernel, while SameDiff differentiates through {@link #doDiff}.
 */
public final class StockOp extends NamedOp {
    /**
     * A stock kernel with a gradient.
     *
     * @param name of ours
     * @param kernel name of the stock op
     * @param gradient the gradients of the inputs, from that of the output
     */
    record Kind(String name, String kernel, BiFunction<StockOp, SDVariable, List<SDVariable>> gradient) {}

    /** {@code gather} along the first dimension, each row at most once. */
    private static final Kind ROWS =
            new Kind("modernbert_stock_rows", "gather", (op, dy) -> List.of(op.spread(op.arg(1), dy)));

    /**
     * The same for rows that may come more than once. The gradient is that of the rows in the placeholder {@link
     * GraphLayers#DISTINCT}.
     */
    private static final Kind GATHER = new Kind("modernbert_stock_gather", "gather", StockOp::distinctRows);

    /** {@code matmul} of two matrices, with a gradient op for each of them. */
    private static final Kind MATMUL = new Kind("modernbert_stock_matmul", "matmul", StockOp::factors);

    /** All kinds by name. */
    static final Map<String, Kind> KINDS =
            Stream.of(ROWS, GATHER, MATMUL).collect(Collectors.toMap(Kind::name, Function.identity()));

    /** For SameDiff, which fills in the rest. */
    public StockOp() {}

    StockOp(Kind kind, SDVariable... inputs) {
        super(kind.name, inputs);
    }

    /** Rows of a matrix by number, each at most once. */
    static SDVariable rows(SDVariable x, SDVariable numbers) {
        return gather(ROWS, x, numbers);
    }

    /** Rows of a table by number. */
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

    /** A table of zeros except for the rows with these numbers. */
    private SDVariable spread(SDVariable numbers, SDVariable rows) {
        return sameDiff.scatterAdd(sameDiff.zerosLike(arg(0)), numbers, rows);
    }

    /** The stock segment sums are wrong on CUDA above 1,024 rows, so an indicator matrix adds the rows. */
    private List<SDVariable> distinctRows(SDVariable dy) {
        SDVariable distinct = sameDiff.getVariable(GraphLayers.DISTINCT);
        SDVariable indicator = sameDiff.eq(sameDiff.expandDims(distinct, 1), sameDiff.expandDims(arg(1), 0))
                .castTo(DataType.FLOAT); // [distinct, rows]
        return List.of(spread(distinct, sameDiff.mmul(indicator, dy)));
    }

    /** The gradients of {@code y = x W^T}, the only form that the model uses. */
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
