package org.modernbert4j.backend;

import org.modernbert4j.TestBackends;
import org.modernbert4j.backend.cuda.TestDevice;

/** The backends that tests run on, those of {@link TestBackends}. */
public enum Machine {
    CPU("cpu"),
    ND4J("nd4j"),
    ND4J_COPIES("nd4j-copies"),
    /** On a device; where there is none, on the CPU; where that cannot be built, tests are skipped. */
    CUDA("cuda-test");

    private final String name;

    Machine(String name) {
        this.name = name;
    }

    /** The same backend in each call. */
    public Backend backend() {
        if (this == CUDA) {
            TestDevice.orSkip();
        }
        return TestBackends.named(name);
    }
}
