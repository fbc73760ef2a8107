package org.modernbert4j.ops;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.modernbert4j.backend.OpCall;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOpDescriptor;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/** A SameDiff op that a backend's kernel computes. Its {@code OpKind} holds everything that is specific to the op. */
public final class OwnOp extends NamedOp {
    /** All kinds by name. */
    static final Map<String, OpKind> KINDS =
            ServiceLoader.load(OpKind.Provider.class, OwnOp.class.getClassLoader()).stream()
                    .flatMap(provider -> provider.get().kinds().stream())
                    .collect(Collectors.toUnmodifiableMap(OpKind::name, Function.identity()));

    /** For SameDiff, which sets the name and the arguments. */
    public OwnOp() {}

    OwnOp(OpKind kind, SDVariable... inputs) {
        super(kind.name(), inputs);
    }

    OpKind kind() {
        return KINDS.get(opName());
    }

    /** Adds integer attributes. Call it before {@link #output}. */
    public OwnOp integers(long... attributes) {
        addIArgument(attributes);
        return this;
    }

    /** Adds floating-point attributes. Call it before {@link #output}. */
    public OwnOp numbers(double... attributes) {
        addTArgument(attributes);
        return this;
    }

    /** Adds the attributes of another op. */
    public OwnOp attributesOf(OwnOp other) {
        return integers(other.iArgs()).numbers(other.tArgs());
    }

    /** The description of the op for a backend. */
    OpCall call() {
        return new OpCall(opName(), iArgs(), tArgs());
    }

    @Override
    public List<SDVariable> doDiff(List<SDVariable> gradients) {
        return kind().gradient().of(this, gradients);
    }

    @Override
    public int getNumOutputs() {
        return kind().outputs().size();
    }

    @Override
    public List<DataType> calculateOutputDataTypes(List<DataType> inputTypes) {
        return Collections.nCopies(getNumOutputs(), kind().type());
    }

    @Override
    public List<LongShapeDescriptor> calculateOutputShape() {
        return calculateOutputShape(null);
    }

    @Override
    public List<LongShapeDescriptor> calculateOutputShape(OpContext context) {
        List<INDArray> inputs = context == null ? inputArguments() : context.getInputArrays();
        long[][] in = inputs.stream().map(INDArray::shape).toArray(long[][]::new);
        return kind().outputs().stream()
                .map(shape -> LongShapeDescriptor.fromShape(shape.of(in), kind().type()))
                .toList();
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
