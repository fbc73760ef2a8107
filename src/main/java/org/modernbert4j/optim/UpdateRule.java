package org.modernbert4j.optim;

import com.google.gson.JsonObject;
import java.util.Collection;
import java.util.Map;
import java.util.OptionalDouble;
import org.modernbert4j.InputException;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.model.Gradient;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.optim.LearningRateSchedule.Shape;

/**
 * What a step does with the gradients of all that trains: it clips them together, and updates each parameter at its own rate.
 *
 * @param optimizer which one, with its numbers
 * @param rates learning rate and decay of each parameter
 * @param schedule course of the learning rate
 * @param maxGradientNorm norm over all gradients together that they are scaled down to; empty for no limit
 */
public record UpdateRule(
        OptimizerSettings optimizer,
        ParameterRates rates,
        LearningRateSchedule schedule,
        OptionalDouble maxGradientNorm) {
    /** Added to the norm by torch's clip_grad_norm_. */
    private static final double EPS = 1e-6;

    /** Refuses a norm that is not above 0. */
    public UpdateRule {
        if (maxGradientNorm.isPresent() && !(maxGradientNorm.getAsDouble() > 0)) {
            throw new InputException("gradient norm " + maxGradientNorm.getAsDouble() + ": the limit must be above 0");
        }
    }

    /**
     * Makes the optimizer of a network's weights.
     *
     * @throws org.modernbert4j.InputException if the network lacks what is not to be decayed
     */
    public Optimizer open(Network network) {
        return optimizer.open(network.backend(), network.weights(), rates.of(network.architecture()));
    }

    /**
     * Updates what has gradients.
     *
     * @param step from 0
     * @param steps of the whole run
     */
    public void apply(Optimizer opened, Backend backend, Map<Parameter, Gradient> gradients, int step, int steps) {
        opened.step(gradients, gradientScale(backend, gradients.values()), schedule.factor(step, steps));
    }

    /** What is left of the gradients so that their common norm is at most the limit, as torch's clip_grad_norm_ has it. */
    private double gradientScale(Backend backend, Collection<Gradient> gradients) {
        if (maxGradientNorm.isEmpty()) {
            return 1;
        }
        double squares = 0;
        for (Gradient gradient : gradients) {
            double norm = gradient.norm(backend);
            squares += norm * norm;
        }
        return Math.min(1, maxGradientNorm.getAsDouble() / (Math.sqrt(squares) + EPS));
    }

    /** Adds all numbers, by their names on the command line, to the settings of a run. */
    public void write(JsonObject settings) {
        settings.addProperty("optimizer", optimizer.kind().toString());
        optimizer.write(settings);
        settings.addProperty("learning_rate", rates.encoder());
        settings.addProperty("head_learning_rate", rates.head());
        settings.addProperty("layer_decay", rates.layerDecay());
        settings.addProperty("weight_decay", rates.weightDecay());
        settings.addProperty("no_decay", rates.noDecay().toString());
        settings.addProperty("lr_schedule", schedule.shape().toString());
        settings.addProperty("warmup", schedule.warmup());
        settings.addProperty("lr_decay", schedule.decay());
        maxGradientNorm.ifPresent(norm -> settings.addProperty("max_grad_norm", norm));
    }

    /**
     * Reads what was written.
     *
     * @param missing where an optimizer is taken from that the settings lack
     */
    public static UpdateRule read(JsonFields settings, UpdateRule missing) {
        OptimizerKind kind = settings.choice("optimizer", missing.optimizer.kind());
        double rate = settings.number("learning_rate");
        ParameterRates rates = new ParameterRates(
                rate,
                settings.number("head_learning_rate", rate),
                settings.number("layer_decay", 1),
                settings.number("weight_decay"),
                Selector.parse(settings.text("no_decay")));
        LearningRateSchedule schedule = new LearningRateSchedule(
                settings.get("lr_schedule").choiceOrName(Shape.class),
                settings.number("warmup"),
                settings.number("lr_decay", LearningRateSchedule.USUAL_DECAY));
        return new UpdateRule(
                kind.read(settings, missing.optimizer), rates, schedule, settings.optionalNumber("max_grad_norm"));
    }
}
