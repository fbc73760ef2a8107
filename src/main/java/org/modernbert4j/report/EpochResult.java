package org.modernbert4j.report;

/**
 * What an epoch gave.
 *
 * @param epoch from 1
 * @param step optimizer steps so far, over all epochs
 * @param trainable scalars that trained
 * @param trainLoss mean loss over the training texts, each as it was when its batch came
 * @param train metrics of the training texts, likewise
 * @param validationLoss mean loss over the validation texts after the epoch
 * @param validation metrics of the validation texts after the epoch
 * @param trainSeconds time that the steps took
 * @param validationSeconds time that the evaluation took
 */
public record EpochResult(
        int epoch,
        int step,
        long trainable,
        double trainLoss,
        ClassificationMetrics train,
        double validationLoss,
        ClassificationMetrics validation,
        double trainSeconds,
        double validationSeconds) {}
