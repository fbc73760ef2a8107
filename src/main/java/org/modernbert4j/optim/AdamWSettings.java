package org.modernbert4j.optim;

import com.google.gson.JsonObject;
import java.util.Map;
import org.modernbert4j.InputException;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.json.JsonFields;
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
        requireBeta("beta1", beta1);
        requireBeta("beta2", beta2);
        if (!(eps > 0 && Double.isFinite(eps))) {
            throw new InputException("eps " + eps + ": must be a number above 0");
        }
    }

    private static void requireBeta(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new InputException(name + " " + value + ": must be from 0 to below 1");
        }
    }

    static AdamWSettings read(JsonFields settings, OptimizerSettings missing) {
        AdamWSettings usual = missing instanceof AdamWSettings adamW ? adamW : TORCH;
        return new AdamWSettings(
                settings.number("adam_beta1", usual.beta1),
                settings.number("adam_beta2", usual.beta2),
                settings.number("adam_epsilon", usual.eps));
    }

    @Override
    public OptimizerKind kind() {
        return OptimizerKind.ADAMW;
    }

    @Override
    public void write(JsonObject settings) {
        settings.addProperty("adam_beta1", beta1);
        settings.addProperty("adam_beta2", beta2);
        settings.addProperty("adam_epsilon", eps);
    }

    @Override
    public Optimizer open(Backend backend, Map<Parameter, Array> weights, Map<Parameter, Rate> rates) {
        return new AdamW(this, backend, weights, rates);
    }
}
