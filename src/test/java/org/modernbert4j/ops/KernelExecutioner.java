package org.modernbert4j.ops;

import java.util.List;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.cpu.CpuBackend;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.cpu.nativecpu.ops.NativeOpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Lets plain SameDiff run own ops: an executioner that runs them on a CPU backend of its own and passes everything else to libnd4j,
 * so that {@code sd.output}, {@code sd.calculateGradients} and {@code Nd4j.exec} know own ops as well. A {@link GraphExecutor} does
 * without it.
 */
public final class KernelExecutioner extends NativeOpExecutioner {
    private final Backend backend = new CpuBackend();

    private KernelExecutioner() {}

    /**
     * Makes the process's executioner one that runs own ops. Does nothing where that has been done.
     *
     * @return whether own ops run now: false on another backend than the CPU's, which keeps its executioner
     */
    public static synchronized boolean install() {
        OpExecutioner present = Nd4j.getExecutioner();
        if (present instanceof KernelExecutioner) {
            return true;
        }
        if (present.getClass() != NativeOpExecutioner.class) {
            return false;
        }
        NamedOp.register();
        try { // ND4J has no setter
            var field = Nd4j.class.getDeclaredField("OP_EXECUTIONER_INSTANCE");
            field.setAccessible(true);
            field.set(null, new KernelExecutioner());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this version of ND4J keeps its executioner elsewhere", e);
        }
        return true;
    }

    @Override
    public INDArray[] exec(CustomOp op, OpContext context) {
        if (!(op instanceof OwnOp own)) {
            return super.exec(op, context);
        }
        List<INDArray> in = context.getInputArrays();
        List<INDArray> out = context.getOutputArrays();
        int computed = own.kind().passesInput() ? out.size() - 1 : out.size();
        if (computed > 0) {
            backend.run(own.call(), adopt(in), adopt(out.subList(0, computed)));
        }
        if (own.kind().passesInput()) {
            out.get(computed).assign(in.get(0));
        }
        return out.toArray(new INDArray[0]);
    }

    private Array[] adopt(List<INDArray> arrays) {
        return arrays.stream().map(backend::adopt).toArray(Array[]::new);
    }

    @Override
    public List<LongShapeDescriptor> calculateOutputShape(CustomOp op, OpContext context) {
        return op instanceof OwnOp own ? own.calculateOutputShape(context) : super.calculateOutputShape(op, context);
    }
}
