package org.modernbert4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.modernbert4j.SettingException;

/** Numbers of steps and epochs at the end of what a number can hold. */
class TrainingTest {
    private static final int TEXTS = 100;

    private static String refusal(Training training) {
        return assertThrows(SettingException.class, () -> training.epochs(TEXTS))
                .getMessage();
    }

    @Test
    void stepsOfMoreEpochsThanAPlanHasAreRefusedAsSteps() {
        Training.Builder training = Training.fineTuning().change().batchSize(10);
        assertEquals(
                "number of steps 2147483647 is out of range; use at most 1000000, which are 100000 epochs of these texts",
                refusal(training.steps(Integer.MAX_VALUE).build()));
        assertEquals(100_000, training.steps(1_000_000).build().epochs(TEXTS));
        assertEquals(
                "number of steps 1000001 is out of range; use at most 1000000, which are 100000 epochs of these texts",
                refusal(training.steps(1_000_001).build()));
    }

    @Test
    void epochsOfMoreStepsThanCanBeCountedAreRefused() {
        Training training =
                Training.fineTuning().change().epochs(100_000).batchSize(1).build();
        assertEquals(
                "number of steps 3000000000 is out of range; use fewer epochs, or larger batches",
                assertThrows(SettingException.class, () -> training.epochs(30_000))
                        .getMessage());
    }
}
