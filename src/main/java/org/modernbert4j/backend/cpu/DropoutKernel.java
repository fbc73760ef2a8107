package org.modernbert4j.backend.cpu;

import com.google.auto.service.AutoService;
import java.nio.FloatBuffer;
import java.util.Map;
import org.modernbert4j.backend.DropoutMask;
import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.nd4j.NdArray;

/** Inverted dropout with a {@link DropoutMask}: the backward pass is the forward pass on the gradient. */
@AutoService(CpuKernels.class)
public final class DropoutKernel implements CpuKernels {
    @Override
    public Map<String, CpuKernel> byOp() {
        return Map.of("modernbert_dropout", DropoutKernel::apply);
    }

    private static void apply(CpuContext cpu, OpCall call, NdArray[] in, NdArray[] out) {
        apply(
                cpu.workers(),
                in[0].floats(),
                out[0].floats(),
                Math.toIntExact(in[0].length()),
                call.numbers()[0],
                in[1].longs()[0],
                call.integers()[0]);
    }

    /**
     * Applies dropout, or copies.
     *
     * @param x any shape
     * @param y the same shape
     * @param count elements
     * @param rate share that is set to zero; the others are divided by {@code 1 - rate}
     * @param seed the seed of the mask; {@link DropoutMask#NOTHING_DROPPED} copies
     * @param stream distinguishes the dropouts of one graph
     */
    public static void apply(
            Workers workers, FloatBuffer x, FloatBuffer y, int count, double rate, long seed, long stream) {
        workers.split(count, (scratch, from, to) -> {
            for (int i = from; i < to; i++) {
                y.put(i, x.get(i) * DropoutMask.factor(i, rate, seed, stream));
            }
        });
    }
}
