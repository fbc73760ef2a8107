package org.modernbert4j.pretrain;

import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.modernbert4j.train.LearningRateSchedule;
import org.modernbert4j.train.ParameterRates;

/**
 * How long and how a network is pre-trained.
 *
 * @param epochs passes over the sequences
 * @param steps optimizer steps, instead of the epochs; empty for what the epochs have
 * @param batchSize sequences that one optimizer step sees
 * @param accumulation parts that a batch is cut into, whose gradients are summed before the step
 * @param rates learning rate and decay of each parameter
 * @param schedule course of the learning rate
 * @param maxGradientNorm norm over all gradients together that they are scaled down to; empty for no limit
 * @param evaluateEvery steps from one measurement on the validation sequences to the next
 * @param saveEvery steps from one checkpoint to the next
 * @param seed of the validation sequences, the batches and the masks
 */
public record PretrainingOptions(
        int epochs,
        OptionalInt steps,
        int batchSize,
        int accumulation,
        ParameterRates rates,
        LearningRateSchedule schedule,
        OptionalDouble maxGradientNorm,
        int evaluateEvery,
        int saveEvery,
        long seed) {
    /** Refuses sizes below 1 and a norm that is not above 0. */
    public PretrainingOptions {
        requirePositive("epochs", epochs);
        requirePositive("steps", steps.orElse(1));
        requirePositive("batch size", batchSize);
        requirePositive("accumulation", accumulation);
        requirePositive("steps from one evaluation to the next", evaluateEvery);
        requirePositive("steps from one checkpoint to the next", saveEvery);
        if (maxGradientNorm.isPresent() && !(maxGradientNorm.getAsDouble() > 0)) {
            throw new IllegalArgumentException(
                    "gradient norm " + maxGradientNorm.getAsDouble() + ": the limit must be above 0");
        }
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " " + value + ": must be at least 1");
        }
    }

    /**
     * The usual settings: warm-up over a twentieth of the steps, then stable, then decay over a tenth; weight decay 0.01, gradients
     * clipped to a norm of 1.
     */
    public static PretrainingOptions of(int steps, int batchSize, double learningRate, long seed) {
        return new PretrainingOptions(
                1,
                OptionalInt.of(steps),
                batchSize,
                1,
                ParameterRates.uniform(learningRate, 0.01),
                new LearningRateSchedule(LearningRateSchedule.Shape.WSD, 0.05, LearningRateSchedule.USUAL_DECAY),
                OptionalDouble.of(1),
                250,
                1_000,
                seed);
    }

    /** Steps of the whole run where a pass over the sequences has so many. */
    int steps(int epoch) {
        return steps.orElse(Math.multiplyExact(epochs, epoch));
    }
}
