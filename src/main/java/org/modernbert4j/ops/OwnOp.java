package org.modernbert4j.ops;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import org.modernbert4j.backend.OpCall;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOpDescriptor;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * A SameDiff op that a kernel of a backend computes: here are its shapes, attributes and gradients, the backend finds the kernel by
 * the op's name. {@link #doDiff} never gives the incoming gradient itself, which SameDiff would rename, but an {@link Alias} of it.
 */
public abstract class OwnOp extends NamedOp {
    /** For SameDiff, which fills in the rest. */
    protected OwnOp() {}

    /** An op over variables of a graph. */
    protected OwnOp(SameDiff sd, SDVariable... inputs) {
        super(sd, inputs);
    }

    /** The type of all outputs. */
    protected DataType outputType() {
        return DataType.FLOAT;
    }

    /** The shape of each output for these shapes of the inputs. */
    protected abstract List<long[]> outputShapes(long[][] in);

    /**
     * Whether the last output is the first input as it is. No kernel computes it: {@link GraphExecutor} has the input's array under
     * both names, any other session copies it.
     */
    protected boolean passesInput() {
        return false;
    }

    /**
     * Floating-point additions and multiplications of the matrix products in it; 0 where there is none.
     *
     * @param in shapes of the inputs
     * @param integers gives the elements of an int32 input by its number
     */
    protected double operations(long[][] in, IntFunction<int[]> integers) {
        return 0;
    }

    /** What a backend needs to know of it. */
    final OpCall call() {
        return new OpCall(opName(), iArgs(), tArgs());
    }

    @Override
    public List<DataType> calculateOutputDataTypes(List<DataType> inputTypes) {
        return Collections.nCopies(getNumOutputs(), outputType());
    }

    @Override
    public List<LongShapeDescriptor> calculateOutputShape() {
        return calculateOutputShape(null);
    }

    @Override
    public List<LongShapeDescriptor> calculateOutputShape(OpContext context) {
        List<INDArray> in = context == null ? inputArguments() : context.getInputArrays();
        List<LongShapeDescriptor> shapes = new ArrayList<>();
        for (long[] shape : outputShapes(in.stream().map(INDArray::shape).toArray(long[][]::new))) {
            shapes.add(LongShapeDescriptor.fromShape(shape, outputType()));
        }
        return shapes;
    }

    @Override
    public long opHash() {
        return opName().hashCode();
    }

    @Override
    public CustomOpDescriptor getDescriptor() {
        return null;
    }
}
