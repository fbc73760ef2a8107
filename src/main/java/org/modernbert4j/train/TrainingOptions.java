package org.modernbert4j.train;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How a network is trained.
 *
 * @param epochs passes over the training texts
 * @param batchSize texts that one optimizer step sees
 * @param accumulation parts that a batch is cut into, whose gradients are summed before the step; the loss is that of the whole
 *     batch
 * @param rates learning rate and decay of each parameter
 * @param schedule course of the learning rate
 * @param maxGradientNorm norm over all gradients together that they are scaled down to; empty for no limit
 * @param patience epochs without a better validation F1 after which training stops; empty for never
 * @param seed of batches and dropout
 */
public record TrainingOptions(
        int epochs,
        int batchSize,
        int accumulation,
        ParameterRates rates,
        LearningRateSchedule schedule,
        OptionalDouble maxGradientNorm,
        OptionalInt patience,
        long seed) {
    /** Refuses sizes below 1 and a norm that is not above 0. */
    public TrainingOptions {
        if (epochs < 1 || batchSize < 1 || accumulation < 1) {
            throw new IllegalArgumentException("epochs %d, batch size %d, accumulation %d: each must be at least 1"
                    .formatted(epochs, batchSize, accumulation));
        }
        if (maxGradientNorm.isPresent() && !(maxGradientNorm.getAsDouble() > 0)) {
            throw new IllegalArgumentException(
                    "gradient norm " + maxGradientNorm.getAsDouble() + ": the limit must be above 0");
        }
        if (patience.isPresent() && patience.getAsInt() < 1) {
            throw new IllegalArgumentException("patience " + patience.getAsInt() + ": must be at least 1 epoch");
        }
    }

    /** Plain AdamW: no warm-up, no clipping, no early stop. */
    public static TrainingOptions of(int epochs, int batchSize, ParameterRates rates, long seed) {
        return new TrainingOptions(
                epochs,
                batchSize,
                1,
                rates,
                LearningRateSchedule.CONSTANT,
                OptionalDouble.empty(),
                OptionalInt.empty(),
                seed);
    }
}
