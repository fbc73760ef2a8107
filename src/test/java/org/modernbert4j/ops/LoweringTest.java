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
        assertEquals(Lowering.OWN, Lowering.ofProcess());
    }

    @Test
    void isTheOneThatIsNamed() {
        System.setProperty("lowering", "stock");
        assertEquals(Lowering.STOCK, Lowering.ofProcess());
        System.setProperty("lowering", "own");
        assertEquals(Lowering.OWN, Lowering.ofProcess());
    }

    @Test
    void anotherNameIsAnError() {
        System.setProperty("lowering", "cuda");
        Exception error = assertThrows(InputException.class, Lowering::ofProcess);
        assertEquals("-Dlowering=cuda: found neither own nor stock; use one of them", error.getMessage());
    }
}
