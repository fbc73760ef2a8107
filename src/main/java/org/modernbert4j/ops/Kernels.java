package org.modernbert4j.ops;

import java.util.EnumMap;
import java.util.Map;
import org.modernbert4j.ops.kernel.AttentionKernel;
import org.modernbert4j.ops.kernel.Gemm;
import org.modernbert4j.ops.kernel.LinearKernel;
import org.modernbert4j.ops.kernel.Workers;

/** What own ops compute with. */
final class Kernels {
    private final Workers workers;
    private final AttentionKernel attention;
    private final Map<Precision, LinearKernel> linear = new EnumMap<>(Precision.class);

    private Kernels(Workers workers, Gemm gemm) {
        this.workers = workers;
        attention = new AttentionKernel(gemm);
        linear.put(Precision.FLOAT32, new LinearKernel(gemm));
    }

    static Kernels withThreads(int threads) {
        return new Kernels(new Workers(threads), Precision.FLOAT32.gemm());
    }

    /** Threads that share each op's work. */
    Workers workers() {
        return workers;
    }

    /** Products with weights; the first call for a precision loads what it is done with. */
    synchronized LinearKernel linear(Precision precision) {
        return linear.computeIfAbsent(precision, wanted -> new LinearKernel(wanted.gemm()));
    }

    /** Rotary attention. */
    AttentionKernel attention() {
        return attention;
    }
}
