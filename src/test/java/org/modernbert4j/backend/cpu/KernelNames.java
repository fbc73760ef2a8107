package org.modernbert4j.backend.cpu;

import java.util.Set;

/** A look at the CPU's kernels. */
public final class KernelNames {
    private KernelNames() {}

    /** The ops that have one. */
    public static Set<String> all() {
        return CpuBackend.KERNELS.keySet();
    }
}
