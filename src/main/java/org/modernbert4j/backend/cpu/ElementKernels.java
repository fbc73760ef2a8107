package org.modernbert4j.backend.cpu;

import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import org.modernbert4j.backend.DropoutMask;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.nd4j.NdArray;

/** Kernels that compute each element from the elements at its index. */
final class ElementKernels {
    private ElementKernels() {}

    /** Inverted dropout with a {@link DropoutMask}: the backward pass is the forward pass on the gradient. */
    static void dropout(CpuBackend cpu, OpCall call, NdArray[] in, NdArray[] out) {
        FloatBuffer x = in[0].floats();
        FloatBuffer y = out[0].floats();
        double rate = call.numbers()[0];
        long seed = in[1].longs()[0];
        long stream = call.integers()[0];
        cpu.workers.split(Math.toIntExact(in[0].length()), (scratch, from, to) -> {
            for (int i = from; i < to; i++) {
                y.put(i, x.get(i) * DropoutMask.factor(i, rate, seed, stream));
            }
        });
    }

    /** The sum of two matrices. */
    static void residual(CpuBackend cpu, OpCall call, NdArray[] in, NdArray[] out) {
        FloatBuffer x = in[0].floats();
        FloatBuffer y = in[1].floats();
        FloatBuffer sum = out[0].floats();
        int width = in[0].columns();
        cpu.workers.split(in[0].rows(), (scratch, from, to) -> {
            float[] left = scratch.array(0, width);
            float[] right = scratch.array(1, width);
            for (int row = from; row < to; row++) {
                x.get(row * width, left, 0, width);
                y.get(row * width, right, 0, width);
                RowMath.add(left, 0, right, width);
                sum.put(row * width, left, 0, width);
            }
        });
    }

    /** Rounds to bfloat16. */
    static void round(CpuBackend cpu, OpCall call, NdArray[] in, NdArray[] out) {
        FloatBuffer x = in[0].floats();
        ShortBuffer rounded = out[0].bfloats();
        Bfloat16Gemm gemm = cpu.bfloat16();
        cpu.workers.split(Math.toIntExact(in[0].length()), (scratch, from, to) -> gemm.round(x, rounded, from, to));
    }
}
