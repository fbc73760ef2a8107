package org.modernbert4j.optim;

import java.util.Map;
import org.modernbert4j.backend.Array;
import org.modernbert4j.model.Gradient;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.ops.Batch;

/**
 * Changes weights by their gradients. A parameter without a gradient is not touched: its weights, its state and its number of
 * steps stay. Updated again, it goes on from there.
 */
public interface Optimizer extends AutoCloseable {
    /** Brings all weights up to date that a network reads for a batch. Called before each of its passes. */
    void begin(Batch batch);

    /**
     * Updates each parameter that has a gradient.
     *
     * @param gradients of the weights as they were in the last passes
     * @param gradientScale factor of the gradients: what clipping leaves of them
     * @param rateFactor factor of the learning rates: where their schedule is
     */
    void step(Map<Parameter, Gradient> gradients, double gradientScale, double rateFactor);

    /** Brings all weights up to date: before they are read by anything but a batch's pass. */
    void flush();

    /** The state, up to date, by names that end with a parameter's. The arrays are the optimizer's own. */
    Map<String, Array> state();

    /** How many steps each parameter has taken, by its name; none of those that have taken none. */
    Map<String, Integer> steps();

    /**
     * Goes on from a state.
     *
     * @param steps as {@link #steps} gave them; {@link #state} then has the arrays that go with them, for the caller to fill
     */
    void restore(Map<String, Integer> steps);

    /** Frees the state. */
    @Override
    void close();
}
