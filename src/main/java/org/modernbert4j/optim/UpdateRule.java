package org.modernbert4j.optim;

import java.util.Collection;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.modernbert4j.InputException;
import org.modernbert4j.SettingException;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.json.JsonValue;
import org.modernbert4j.json.Settings;
import org.modernbert4j.model.Gradient;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.optim.LearningRateSchedule.Shape;

/**
 * What a step does with the gradients of all that trains: it clips them together, and updates each parameter at its own rate.
 *
 * @param optimizer which one, and its numbers
 * @param rates learning rate and decay of each parameter
 * @param schedule course of the learning rate
 * @param maxGradientNorm norm over all gradients together that they are scaled down to; empty for no limit
 * @param onNan what happens at a step whose loss or gradients are not finite
 */
public record UpdateRule(
        OptimizerSettings optimizer,
        ParameterRates rates,
        LearningRateSchedule schedule,
        OptionalDouble maxGradientNorm,
        OnNan onNan) {
    /** Added to the norm by torch's clip_grad_norm_. */
    private static final double EPS = 1e-6;

    /** Refuses a norm that is not finite and above 0. */
    public UpdateRule {
        double norm = maxGradientNorm.orElse(1);
        SettingException.requireRange(
                norm > 0 && Double.isFinite(norm), "max grad norm", norm, "a finite limit above 0");
    }

    /**
     * Makes the optimizer of a network's weights.
     *
     * @throws org.modernbert4j.InputException if the network lacks a parameter that is named as not decayed
     */
    public Optimizer open(Network network) {
        return optimizer.open(network.backend(), network.weights(), rates.of(network.architecture()));
    }

    /** The norm of all gradients together; NaN or infinite if one of their numbers is. */
    public static double norm(Backend backend, Collection<Gradient> gradients) {
        return backend.norm(gradients.stream().map(Gradient::values).toList());
    }

    /**
     * Updates what has gradients.
     *
     * @param norm of all gradients together
     * @param step from 0
     * @param steps of the whole run
     */
    public void apply(Optimizer opened, Map<Parameter, Gradient> gradients, double norm, int step, int steps) {
        opened.step(gradients, gradientScale(norm), schedule.factor(step, steps));
    }

    /** What is left of the gradients so that their common norm is at most the limit, as torch's clip_grad_norm_ has it. */
    private double gradientScale(double norm) {
        return maxGradientNorm.isEmpty() ? 1 : Math.min(1, maxGradientNorm.getAsDouble() / (norm + EPS));
    }

    /**
     * Writes these settings, or reads others, by their names on the command line.
     *
     * @throws InputException if one is missing or broken, or there is no such optimizer
     */
    public UpdateRule exchange(Settings settings) {
        String own = optimizer.name();
        String name = settings.value("optimizer", own, found -> usual(found).name(), own);
        OptimizerSettings numbers = Stream.concat(Stream.of(optimizer), OptimizerSettings.ALL.stream())
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElseThrow();
        double rate = settings.value("learning_rate", rates.encoder(), JsonValue::number);
        ParameterRates exchanged = new ParameterRates(
                rate,
                settings.value("head_learning_rate", rates.head(), JsonValue::number, rate),
                settings.value("layer_decay", rates.layerDecay(), JsonValue::number, 1.0),
                settings.value("weight_decay", rates.weightDecay(), JsonValue::number),
                Selector.parse(settings.value("no_decay", rates.noDecay().toString(), JsonValue::text)));
        LearningRateSchedule course = new LearningRateSchedule(
                settings.value("lr_schedule", schedule.shape(), value -> value.choiceOrName(Shape.class)),
                settings.value("warmup", schedule.warmup(), JsonValue::number),
                settings.value("lr_decay", schedule.decay(), JsonValue::number, LearningRateSchedule.USUAL_DECAY));
        return new UpdateRule(
                numbers.exchange(settings),
                exchanged,
                course,
                settings.optional("max_grad_norm", maxGradientNorm),
                settings.value("on_nan", onNan, value -> value.choice(OnNan.class), OnNan.STOP));
    }

    private static OptimizerSettings usual(JsonValue name) {
        return name.choice(OptimizerSettings.ALL, OptimizerSettings::name);
    }
}
