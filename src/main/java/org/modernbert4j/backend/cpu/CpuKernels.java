package org.modernbert4j.backend.cpu;

import java.util.Map;

/** Kernels of some ops; found by {@link java.util.ServiceLoader}. */
public interface CpuKernels {
    /** A kernel for each of the ops, by the op's name. */
    Map<String, CpuKernel> byOp();
}
