package org.modernbert4j.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CpuBackendTest {
    private final String before = System.getProperty("threads");

    @AfterEach
    void restore() {
        if (before == null) {
            System.clearProperty("threads");
        } else {
            System.setProperty("threads", before);
        }
    }

    @Test
    void hasAsManyThreadsAsAreNamed() {
        System.setProperty("threads", "3");
        try (CpuBackend backend = new CpuBackend()) {
            assertEquals(3, backend.workers.count());
        }
    }

    @Test
    void hasAsManyThreadsAsTheMachineHasCores() {
        System.clearProperty("threads");
        try (CpuBackend backend = new CpuBackend()) {
            assertEquals(Runtime.getRuntime().availableProcessors(), backend.workers.count());
        }
    }
}
