package org.modernbert4j.ops;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.modernbert4j.ops.kernel.Segments;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOpDescriptor;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * A SameDiff op that a kernel of ours computes.
 *
 * <p>SameDiff clones, saves and loads ops by name and by their argument lists, so a subclass has a public constructor without
 * arguments, a name of its own that is constant (the super constructor asks for it) and does not contain {@code _grad}
 * (SameDiff strips that), and keeps its attributes in the integer and floating-point argument lists only. It has no fields.
 * Inputs without a gradient come last, and {@link #doDiff} gives a shorter list; it never gives the incoming gradient itself,
 * which SameDiff would rename, but an {@link Alias} of it.
 */
public abstract class OwnOp extends DynamicCustomOp {
    protected OwnOp() {}

    protected OwnOp(SameDiff sd, SDVariable... inputs) {
        super(null, sd, inputs, false);
    }

    @Override
    public abstract String opName();

    /** The type of all outputs. */
    protected DataType outputType() {
        return DataType.FLOAT;
    }

    /** The shape of each output for these inputs. */
    protected abstract List<long[]> outputShapes(INDArray[] in);

    /**
     * Whether the last output is the first input as it is. Nobody computes it: {@link GraphExecutor} has the input's array under
     * both names, any other session copies it.
     */
    protected boolean passesInput() {
        return false;
    }

    /** Computes the outputs, but for one that is passed; they hold anything before. */
    protected abstract void run(INDArray[] in, INDArray[] out, Kernels kernels);

    /** Floating-point additions and multiplications of the matrix products in it; 0 where there is none. */
    protected double operations(INDArray[] in) {
        return 0;
    }

    /** The first output. */
    final SDVariable output() {
        return outputVariables()[0];
    }

    @Override
    public int getNumOutputs() {
        return 1;
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
        for (long[] shape : outputShapes(in.toArray(new INDArray[0]))) {
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

    @Override
    public Map<String, Object> propertiesForFunction() {
        return new HashMap<>();
    }

    @Override
    public void setPropertiesForFunction(Map<String, Object> properties) {}

    @Override
    public void configureFromArguments() {}

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    /** The memory of a dense, row-major float32 array. */
    static FloatBuffer floats(INDArray array) {
        requireDense(array, DataType.FLOAT);
        return array.data().asNioFloat();
    }

    /** The memory of a dense, row-major bfloat16 array. */
    static ShortBuffer bfloats(INDArray array) {
        requireDense(array, DataType.BFLOAT16);
        return array.data().asNio().order(ByteOrder.nativeOrder()).asShortBuffer();
    }

    /** The array cache may change the order letter only: strides decide. */
    private static void requireDense(INDArray array, DataType type) {
        if (array.dataType() != type) {
            throw new IllegalArgumentException("not " + type + ": " + array.shapeInfoToString());
        }
        long expected = 1;
        for (int i = array.rank() - 1; i >= 0; i--) {
            if (array.size(i) != 1 && array.stride(i) != expected) {
                throw new IllegalArgumentException("not dense and row-major: " + array.shapeInfoToString());
            }
            expected *= array.size(i);
        }
        if (array.offset() != 0) {
            throw new IllegalArgumentException("a view into a larger array: " + array.shapeInfoToString());
        }
    }

    static int rows(INDArray matrix) {
        return Math.toIntExact(matrix.size(0));
    }

    static int columns(INDArray matrix) {
        return Math.toIntExact(matrix.size(1));
    }

    static Segments segments(INDArray starts, INDArray lengths) {
        return new Segments(starts.toIntVector(), lengths.toIntVector());
    }
}
