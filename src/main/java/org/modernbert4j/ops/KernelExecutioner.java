package org.modernbert4j.ops;

import java.util.List;
import org.modernbert4j.ops.kernel.Workers;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.cpu.nativecpu.ops.NativeOpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The one seam between ND4J and our kernels: an executioner that runs own ops in Java and passes everything else to libnd4j, so
 * that {@code sd.output}, {@code sd.calculateGradients} and {@code Nd4j.exec} know own ops as well.
 */
public final class KernelExecutioner extends NativeOpExecutioner {
    private final Kernels kernels;

    private KernelExecutioner(Kernels kernels) {
        this.kernels = kernels;
    }

    /**
     * Makes the process's executioner one that runs own ops, with as many threads as {@code -Dthreads} says or the machine has
     * cores. Does nothing where that has been done.
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
        OwnOps.register();
        int threads = Integer.getInteger("threads", Runtime.getRuntime().availableProcessors());
        try { // ND4J has no setter
            var field = Nd4j.class.getDeclaredField("OP_EXECUTIONER_INSTANCE");
            field.setAccessible(true);
            field.set(null, new KernelExecutioner(new Kernels(threads)));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this version of ND4J keeps its executioner elsewhere", e);
        }
        return true;
    }

    /**
     * The threads that share the work of the process's own ops, for work between two runs: a second set would compete with them
     * for the cores. Installs the executioner; on another backend than the CPU's it is the calling thread alone.
     */
    public static Workers workers() {
        return install() ? ((KernelExecutioner) Nd4j.getExecutioner()).kernels.workers() : new Workers(1);
    }

    /** Runs an own op on its arrays; it leaves the output that is passed as it is. */
    void run(OwnOp op, INDArray[] in, INDArray[] out) {
        op.run(in, out, kernels);
    }

    @Override
    public INDArray[] exec(CustomOp op, OpContext context) {
        if (op instanceof OwnOp own) {
            INDArray[] in = context.getInputArrays().toArray(new INDArray[0]);
            INDArray[] out = context.getOutputArrays().toArray(new INDArray[0]);
            run(own, in, out);
            if (own.passesInput()) {
                out[out.length - 1].assign(in[0]);
            }
            return out;
        }
        return super.exec(op, context);
    }

    @Override
    public List<LongShapeDescriptor> calculateOutputShape(CustomOp op, OpContext context) {
        return op instanceof OwnOp own ? own.calculateOutputShape(context) : super.calculateOutputShape(op, context);
    }
}
