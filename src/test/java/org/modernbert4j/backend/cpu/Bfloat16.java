package org.modernbert4j.backend.cpu;

import static org.junit.jupiter.api.Assumptions.abort;

/** Whether the machine that runs the tests has bfloat16 products. */
public final class Bfloat16 {
    private Bfloat16() {}

    /** Skips the test where it has none, and says why. */
    public static Bfloat16Gemm gemmOrSkip() {
        try {
            return new Bfloat16Gemm();
        } catch (LinkageError | IllegalStateException e) {
            return abort("no bfloat16 products on this machine: " + e.getMessage());
        }
    }
}
