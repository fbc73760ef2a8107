package org.modernbert4j.optim;

import com.google.gson.JsonObject;
import java.util.Map;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.optim.ParameterRates.Rate;

/** Which optimizer, and its numbers. */
public interface OptimizerSettings {
    /** Which one. */
    OptimizerKind kind();

    /** Adds its numbers, by their names on the command line, to the settings of a run. */
    void write(JsonObject settings);

    /**
     * Makes an optimizer that remembers nothing yet.
     *
     * @param backend whose arrays the weights are
     * @param weights that it changes
     * @param rates of each of them
     */
    Optimizer open(Backend backend, Map<Parameter, Array> weights, Map<Parameter, Rate> rates);
}
