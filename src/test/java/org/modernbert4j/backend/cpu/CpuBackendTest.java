package org.modernbert4j.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.modernbert4j.backend.nd4j.NdArray;

class CpuBackendTest {
    private static final int ROWS = 8_000;

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

    /** ND4J frees an array's memory once nothing refers to the array; compiled code refers only to what it still needs. */
    @Test
    void arraysLiveUntilTheirKernelEnds() throws InterruptedException {
        try (CpuBackend cpu = new CpuBackend(2)) {
            for (int i = 0; i < 20_000; i++) { // until it is compiled
                assertSumsOfOnes(cpu, 1, 2);
            }
            AtomicBoolean done = new AtomicBoolean();
            Thread collector = new Thread(() -> {
                while (!done.get()) {
                    System.gc();
                    Buffers.output(ROWS, 300); // NaN, where the memory of a freed array was
                }
            });
            collector.start();
            try {
                for (int i = 0; i < 100; i++) {
                    assertSumsOfOnes(cpu, ROWS, 300);
                }
            } finally {
                done.set(true);
                collector.join();
            }
        }
    }

    private static void assertSumsOfOnes(CpuBackend cpu, int rows, int width) {
        float[] ones = new float[rows * width];
        Arrays.fill(ones, 1);
        float[] expected = new float[width];
        Arrays.fill(expected, rows);
        NdArray sums = Buffers.output(width);
        Buffers.run(cpu, "modernbert_linear_db", List.of(Buffers.input(Buffers.of(ones), rows, width)), sums);
        assertArrayEquals(expected, Buffers.floats(Buffers.values(sums)));
    }
}
