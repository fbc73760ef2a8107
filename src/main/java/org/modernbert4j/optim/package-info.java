/**
 * How gradients become updates: optimizers, learning rates and their schedules, clipping, and sums of gradients.
 *
 * <p>An {@link org.modernbert4j.optim.Optimizer} does what torch.optim does with parameters that have no gradient: they are not
 * decayed, and their state stays. A new schedule of the learning rate is a constant of {@link
 * org.modernbert4j.optim.LearningRateSchedule.Shape}.
 *
 * <pre>{@code
 * UpdateRule rule = new UpdateRule(
 *         AdamWSettings.TORCH, ParameterRates.uniform(2e-5, 0.01), LearningRateSchedule.CONSTANT, OptionalDouble.of(1), OnNan.STOP);
 * try (Optimizer optimizer = rule.open(network)) {
 *     optimizer.begin(batch);
 *     try (Network.Step pass = network.step(batch, Map.of(), trainable, 1.0 / batch.targets().count(), NO_DROPOUT)) {
 *         double norm = UpdateRule.norm(network.backend(), pass.gradients().values());
 *         rule.apply(optimizer, pass.gradients(), norm, 0, 100);
 *     }
 *     optimizer.flush();
 * }
 * }</pre>
 */
package org.modernbert4j.optim;
