package org.modernbert4j.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.InputException;

/** Against the schedules of transformers, whose warm-up has {@code ceil(ratio * steps)} steps. */
class LearningRateScheduleTest {
    @ParameterizedTest(name = "{0} with warm-up {1}, step {2} of {3}: {4}")
    @CsvSource({
        "CONSTANT, 0,    0, 100, 1",
        "CONSTANT, 0,   99, 100, 1",
        "CONSTANT, 0.2,  0, 100, 0",
        "CONSTANT, 0.2,  5, 100, 0.25",
        "CONSTANT, 0.2, 20, 100, 1",
        "LINEAR,   0,    0, 100, 1",
        "LINEAR,   0,   99, 100, 0.01",
        "LINEAR,   0.2, 10, 100, 0.5",
        "LINEAR,   0.2, 20, 100, 1",
        "LINEAR,   0.2, 40, 100, 0.75",
        "COSINE,   0.2, 19, 100, 0.95",
        "COSINE,   0.2, 40, 100, 0.8535533905932737", // (1 + cos(pi / 4)) / 2
        "COSINE,   0,   50, 100, 0.5",
        "LINEAR,   0.15, 1,  10, 0.5", // 1.5 steps of warm-up are 2
        "WSD,      0.2, 10, 100, 0.5",
        "WSD,      0.2, 20, 100, 1",
        "WSD,      0.2, 74, 100, 1",
        "WSD,      0.2, 75, 100, 1",
        "WSD,      0.2, 84, 100, 0.4", // 1 - sqrt(9 / 25)
        "WSD,      0.2, 99, 100, 0.020204102886728803", // 1 - sqrt(24 / 25)
    })
    void followsTransformers(LearningRateSchedule.Shape shape, double warmup, int step, int steps, double factor) {
        assertEquals(factor, new LearningRateSchedule(shape, warmup, 0.25).factor(step, steps), 1e-12);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1, Double.NaN})
    void refusesAWarmUpThatIsNoShare(double warmup) {
        assertThrows(
                InputException.class, () -> new LearningRateSchedule(LearningRateSchedule.Shape.LINEAR, warmup, 0.25));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void refusesADecayThatIsNoShare(double decay) {
        assertThrows(InputException.class, () -> new LearningRateSchedule(LearningRateSchedule.Shape.WSD, 0, decay));
    }

    @ParameterizedTest(name = "warm-up {0}, decay {1}, step {2}: {3}")
    @CsvSource({
        "0,   1,   0, 1", // falls from the first step on
        "0,   0,  99, 1", // never falls
        "0.9, 0.5, 90, 1", // no room for half of the steps: falls over the tenth after the warm-up
        "0.9, 0.5, 89, 0.9888888888888889",
    })
    void warmUpAndDecayShareTheSteps(double warmup, double decay, int step, double factor) {
        assertEquals(
                factor,
                new LearningRateSchedule(LearningRateSchedule.Shape.WSD, warmup, decay).factor(step, 100),
                1e-12);
    }

    @Test
    void aRunThatIsAllWarmUpStaysFinite() {
        assertEquals(0, new LearningRateSchedule(LearningRateSchedule.Shape.COSINE, 0.9, 0.25).factor(0, 1));
    }
}
