package org.modernbert4j.ops;

import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import org.modernbert4j.ops.kernel.AttentionKernel;
import org.modernbert4j.ops.kernel.Bfloat16Gemm;
import org.modernbert4j.ops.kernel.Gemm;
import org.modernbert4j.ops.kernel.LinearKernel;
import org.modernbert4j.ops.kernel.Workers;

/** What own ops compute with. */
final class Kernels {
    private final Workers workers;
    private final LinearKernel<FloatBuffer> linear;
    private final AttentionKernel<FloatBuffer> attention;
    private Bfloat16Gemm rounding;
    private LinearKernel<ShortBuffer> roundedLinear;
    private AttentionKernel<ShortBuffer> roundedAttention;

    Kernels(int threads) {
        workers = new Workers(threads);
        Gemm<FloatBuffer> gemm = Gemms.float32();
        linear = new LinearKernel<>(gemm);
        attention = new AttentionKernel<>(gemm);
    }

    /** Threads that share each op's work. */
    Workers workers() {
        return workers;
    }

    /** Products with weights. */
    LinearKernel<FloatBuffer> linear() {
        return linear;
    }

    /** Products with weights in bfloat16. */
    synchronized LinearKernel<ShortBuffer> roundedLinear() {
        loadBfloat16();
        return roundedLinear;
    }

    /** Rounds numbers to bfloat16. */
    void round(FloatBuffer x, ShortBuffer rounded, int count) {
        Bfloat16Gemm gemm = loadBfloat16();
        workers.split(count, (scratch, from, to) -> gemm.round(x, rounded, from, to));
    }

    /** Loaded by the first that needs it: not every platform has it. */
    private synchronized Bfloat16Gemm loadBfloat16() {
        if (rounding == null) {
            rounding = Gemms.bfloat16();
            roundedLinear = new LinearKernel<>(rounding);
            roundedAttention = new AttentionKernel<>(rounding);
        }
        return rounding;
    }

    /** Rotary attention. */
    AttentionKernel<FloatBuffer> attention() {
        return attention;
    }

    /** Rotary attention with products in bfloat16. */
    synchronized AttentionKernel<ShortBuffer> roundedAttention() {
        loadBfloat16();
        return roundedAttention;
    }
}
