package org.modernbert4j.ops;

import org.modernbert4j.ops.kernel.AttentionKernel;
import org.modernbert4j.ops.kernel.CblasGemm;
import org.modernbert4j.ops.kernel.Gemm;
import org.modernbert4j.ops.kernel.LinearKernel;
import org.modernbert4j.ops.kernel.LstmKernel;
import org.modernbert4j.ops.kernel.Workers;

/**
 * What own ops compute with.
 *
 * @param workers threads that share each op's work
 * @param linear products with weights
 * @param attention rotary attention
 * @param lstm the recurrence of an LSTM
 */
record Kernels(Workers workers, LinearKernel linear, AttentionKernel attention, LstmKernel lstm) {
    static Kernels withThreads(int threads) {
        Gemm gemm = new CblasGemm();
        return new Kernels(
                new Workers(threads), new LinearKernel(gemm), new AttentionKernel(gemm), new LstmKernel(gemm));
    }
}
