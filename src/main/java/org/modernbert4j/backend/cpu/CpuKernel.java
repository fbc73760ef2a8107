package org.modernbert4j.backend.cpu;

import org.modernbert4j.backend.OpCall;
import org.modernbert4j.backend.nd4j.NdArray;

/** Computes an op over the memory of arrays. */
@FunctionalInterface
public interface CpuKernel {
    /**
     * Computes the outputs.
     *
     * @param cpu what it computes with
     * @param call the op and its attributes
     * @param in its inputs
     * @param out its outputs, which hold anything before
     */
    void run(CpuContext cpu, OpCall call, NdArray[] in, NdArray[] out);
}
