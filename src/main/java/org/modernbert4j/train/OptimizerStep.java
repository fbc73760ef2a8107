package org.modernbert4j.train;

import java.util.Collection;
import java.util.Map;
import java.util.OptionalDouble;
import org.modernbert4j.model.Gradient;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.ParameterId;

/**
 * What a step does with the gradients of all that trains: it clips them together, and updates each parameter at its own rate.
 *
 * @param network whose weights are updated
 * @param optimizer remembers the moments
 * @param rates learning rate and decay of each parameter
 * @param schedule course of the learning rate
 * @param maxGradientNorm norm over all gradients together that they are scaled down to; empty for no limit
 */
public record OptimizerStep(
        Network network,
        AdamW optimizer,
        ParameterRates rates,
        LearningRateSchedule schedule,
        OptionalDouble maxGradientNorm) {
    /**
     * Updates the parameters.
     *
     * @param gradients of those that train
     * @param step from 0
     * @param steps of the whole run
     */
    public void apply(Map<ParameterId, Gradient> gradients, int step, int steps) {
        double clip = gradientScale(gradients.values());
        double factor = schedule.factor(step, steps);
        int layers = network.architecture().config().layers();
        gradients.forEach((id, gradient) -> optimizer.update(
                id,
                network.weights().get(id),
                gradient,
                clip,
                factor * rates.learningRate(id, layers),
                rates.weightDecay(id)));
    }

    /** What is left of the gradients so that their common norm is at most the limit, as torch's clip_grad_norm_ has it. */
    private double gradientScale(Collection<Gradient> gradients) {
        if (maxGradientNorm.isEmpty()) {
            return 1;
        }
        double squares = 0;
        for (Gradient gradient : gradients) {
            double norm = gradient.norm();
            squares += norm * norm;
        }
        return Math.min(1, maxGradientNorm.getAsDouble() / (Math.sqrt(squares) + 1e-6));
    }
}
