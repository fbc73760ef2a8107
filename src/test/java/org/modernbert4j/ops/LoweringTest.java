package org.modernbert4j.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.modernbert4j.InputException;

class LoweringTest {
    private final String before = System.getProperty("lowering");

    @AfterEach
    void restore() {
        if (before == null) {
            System.clearProperty("lowering");
        } else {
            System.setProperty("lowering", before);
        }
    }

    @Test
    void isOwnOnTheCpu() {
        System.clearProperty("lowering");
        assertEquals(Lowering.OWN, Lowering.ofProcess(Precision.FLOAT32));
    }

    @Test
    void isTheOneThatIsNamed() {
        System.setProperty("lowering", "stock");
        assertEquals(Lowering.STOCK, Lowering.ofProcess(Precision.FLOAT32));
        System.setProperty("lowering", "own");
        assertEquals(Lowering.OWN, Lowering.ofProcess(Precision.FLOAT32));
    }

    @Test
    void ownOpsAloneHaveBfloat16() {
        System.clearProperty("lowering");
        assertEquals(Lowering.OWN_BFLOAT16, Lowering.ofProcess(Precision.BFLOAT16));
        System.setProperty("lowering", "stock");
        Exception error = assertThrows(InputException.class, () -> Lowering.ofProcess(Precision.BFLOAT16));
        assertEquals("precision bfloat16: only own ops on the CPU have it; use float32", error.getMessage());
    }

    @Test
    void anotherNameIsAnError() {
        System.setProperty("lowering", "cuda");
        Exception error = assertThrows(InputException.class, () -> Lowering.ofProcess(Precision.FLOAT32));
        assertEquals("-Dlowering=cuda: found neither own nor stock; use one of them", error.getMessage());
    }
}
