package org.modernbert4j.optim;

import java.util.List;
import java.util.Map;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.json.Settings;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.optim.ParameterRates.Rate;

/** An optimizer and its numbers. */
public interface OptimizerSettings {
    /** Each optimizer with its usual numbers. */
    List<OptimizerSettings> ALL = List.of(AdamWSettings.TORCH);

    /** The name of the optimizer in the settings of a run. */
    String name();

    /** Writes these numbers, or reads others, by their names on the command line; these serve where a file lacks them. */
    OptimizerSettings exchange(Settings settings);

    /**
     * Makes an optimizer without state.
     *
     * @param backend whose arrays the weights are
     * @param weights that it changes
     * @param rates of each of them
     */
    Optimizer open(Backend backend, Map<Parameter, Array> weights, Map<Parameter, Rate> rates);
}
