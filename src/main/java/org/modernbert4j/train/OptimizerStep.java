package org.modernbert4j.train;

import java.util.Collection;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.IntFunction;
import org.modernbert4j.model.Gradient;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.ParameterId;
import org.modernbert4j.ops.KernelExecutioner;

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
     * Goes forward and back over the parts of a batch, then updates the parameters by the sum of their gradients.
     *
     * @param parts how many
     * @param pass over a part; it is closed here
     * @param step from 0
     * @param steps of the whole run
     * @return the sum of the parts' losses
     */
    public double take(int parts, IntFunction<Network.Step> pass, int step, int steps) {
        if (parts == 1) {
            try (Network.Step only = pass.apply(0)) {
                apply(only.gradients(), step, steps);
                return only.loss();
            }
        }
        double loss = 0;
        try (GradientSum sum = new GradientSum(KernelExecutioner.workers())) {
            for (int part = 0; part < parts; part++) {
                try (Network.Step one = pass.apply(part)) {
                    sum.add(one.gradients());
                    loss += one.loss();
                }
            }
            apply(sum.gradients(), step, steps);
        }
        return loss;
    }

    private void apply(Map<ParameterId, Gradient> gradients, int step, int steps) {
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
