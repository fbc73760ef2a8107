package org.modernbert4j.backend;

/**
 * One step of AdamW for one parameter (Loshchilov and Hutter 2019), in the terms of torch.optim.AdamW.
 *
 * @param learningRate step length
 * @param weightDecay the weight is multiplied by {@code 1 - learningRate * weightDecay} before the step
 * @param beta1 decay rate of the mean
 * @param beta2 decay rate of the mean square
 * @param eps added to the square root of the corrected mean square
 * @param step number of this step for this parameter, from 1
 * @param gradientScale factor of the gradient, from clipping
 */
public record AdamWStep(
        double learningRate,
        double weightDecay,
        double beta1,
        double beta2,
        double eps,
        int step,
        double gradientScale) {}
