package org.modernbert4j.pretrain;

/**
 * Where a run was after some step.
 *
 * @param step from 1
 * @param loss mean over the steps since the measurement before
 * @param learningRate of the step
 * @param tokens that the steps have seen so far, special ones included
 * @param seconds that the steps have taken so far
 * @param validationLoss mean over the hidden tokens of the validation sequences; NaN where it was not measured
 * @param validationAccuracy share of these tokens that was guessed; NaN where it was not measured
 */
public record Measurement(
        int step,
        double loss,
        double learningRate,
        long tokens,
        double seconds,
        double validationLoss,
        double validationAccuracy) {
    /** Whether the validation sequences were measured on. */
    public boolean hasValidation() {
        return !Double.isNaN(validationLoss);
    }
}
