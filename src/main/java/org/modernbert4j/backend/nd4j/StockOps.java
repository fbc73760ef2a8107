package org.modernbert4j.backend.nd4j;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/** Runs ND4J ops, with outputs from a pool. */
final class StockOps {
    /** Ops with equal kinds share a context. They have equally many arguments, so each op replaces all of them. */
    private record Kind(String name, int integers, int types, int numbers, int flags) {}

    private final BufferPool pool;
    private final Map<Kind, OpContext> contexts = new HashMap<>();

    StockOps(BufferPool pool) {
        this.pool = pool;
    }

    NdArray[] run(DifferentialFunction op, INDArray[] in) {
        return op instanceof DynamicCustomOp custom ? runCustom(custom, in) : runLegacy(op, in);
    }

    private NdArray[] runCustom(DynamicCustomOp op, INDArray[] in) {
        OpContext context = context(
                new Kind(op.opName(), op.numIArguments(), op.numDArguments(), op.numTArguments(), op.numBArguments()));
        context.setArgs(in, op.iArgs(), op.dArgs(), op.tArgs(), op.bArgs());
        NdArray[] out = outputs(op.calculateOutputShape(context), context);
        Nd4j.exec(op, context);
        context.purge();
        return out;
    }

    private NdArray[] runLegacy(DifferentialFunction op, INDArray[] in) {
        OpContext context = context(new Kind(op.opName(), 0, 0, 0, 0));
        context.setInputArrays(in);
        NdArray[] out = outputs(((BaseOp) op).calculateOutputShape(context).subList(0, 1), context);
        Nd4j.exec((Op) op, context);
        context.purge();
        return out;
    }

    private OpContext context(Kind kind) {
        return contexts.computeIfAbsent(kind, key -> Nd4j.getExecutioner().buildContext());
    }

    private NdArray[] outputs(List<LongShapeDescriptor> shapes, OpContext context) {
        NdArray[] out = new NdArray[shapes.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = pool.take(shapes.get(i).dataType(), shapes.get(i).getShape());
            context.setOutputArray(i, out[i].array());
        }
        return out;
    }
}
