package org.modernbert4j.optim;

import java.util.Map;
import org.modernbert4j.SettingException;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.json.JsonValue;
import org.modernbert4j.json.Settings;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.optim.ParameterRates.Rate;

/**
 * The numbers of AdamW.
 *
 * @param beta1 decay rate of the running mean of the gradient, in [0, 1)
 * @param beta2 decay rate of the running mean of its square, in [0, 1)
 * @param eps added to the root of the mean square, above 0
 */
public record AdamWSettings(double beta1, double beta2, double eps) implements OptimizerSettings {
    /** Those of torch. */
    public static final AdamWSettings TORCH = new AdamWSettings(0.9, 0.999, 1e-8);

    /** Those that ModernBERT was pre-trained with. */
    public static final AdamWSettings PRETRAINING = new AdamWSettings(0.9, 0.98, 1e-6);

    /** Refuses numbers out of range. */
    public AdamWSettings {
        SettingException.requireRange(beta1 >= 0 && beta1 < 1, "adam beta1", beta1, "a number from 0 to below 1");
        SettingException.requireRange(beta2 >= 0 && beta2 < 1, "adam beta2", beta2, "a number from 0 to below 1");
        SettingException.requireRange(eps > 0 && Double.isFinite(eps), "adam epsilon", eps, "a number above 0");
    }

    @Override
    public String name() {
        return "adamw";
    }

    @Override
    public AdamWSettings exchange(Settings settings) {
        return new AdamWSettings(
                settings.value("adam_beta1", beta1, JsonValue::number, beta1),
                settings.value("adam_beta2", beta2, JsonValue::number, beta2),
                settings.value("adam_epsilon", eps, JsonValue::number, eps));
    }

    @Override
    public Optimizer open(Backend backend, Map<Parameter, Array> weights, Map<Parameter, Rate> rates) {
        return new AdamW(this, backend, weights, rates);
    }
}
