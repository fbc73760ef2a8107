package org.modernbert4j.optim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.modernbert4j.backend.AdamWStep;
import org.modernbert4j.backend.AdamWTable;
import org.modernbert4j.backend.AdamWUpdate;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.model.Gradient;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.ops.Batch;
import org.modernbert4j.optim.ParameterRates.Rate;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * AdamW as torch.optim.AdamW does it (Loshchilov and Hutter 2019): decoupled weight decay, and bias correction by a step count of
 * each parameter's own.
 *
 * <p>The token embedding costs what the rows of a batch cost: the others, which a step decays and moves as well, make it when they
 * are next read, to the same bits.
 */
public final class AdamW implements Optimizer {
    private static final String MEAN = "exp_avg.";
    private static final String MEAN_SQUARE = "exp_avg_sq.";

    /** Running means of a parameter's gradient and of its square, in its shape, and its updates so far. */
    private record State(Array mean, Array meanSquare, int steps) {}

    private final AdamWSettings settings;
    private final Backend backend;
    private final Map<Parameter, Array> weights;
    private final Map<Parameter, Rate> rates;
    private final Map<Parameter, State> states = new LinkedHashMap<>();
    private final Map<Parameter, AdamWTable> tables = new HashMap<>();

    /** As {@link AdamWSettings#open} has it. */
    AdamW(AdamWSettings settings, Backend backend, Map<Parameter, Array> weights, Map<Parameter, Rate> rates) {
        this.settings = settings;
        this.backend = backend;
        this.weights = weights;
        this.rates = rates;
    }

    /** The rows of tables are those of tokens. */
    @Override
    public void begin(Batch batch) {
        tables.values().forEach(table -> table.prepare(batch.ids()));
    }

    @Override
    public void step(Map<Parameter, Gradient> gradients, double gradientScale, double rateFactor) {
        List<AdamWUpdate> updates = new ArrayList<>();
        gradients.forEach((parameter, gradient) -> {
            AdamWStep step = nextStep(parameter, gradientScale, rateFactor);
            State state = states.get(parameter);
            Array weight = weights.get(parameter);
            if (gradient instanceof Gradient.Rows rows) {
                tables.computeIfAbsent(parameter, table -> backend.adamWTable(weight, state.mean, state.meanSquare))
                        .update(rows.ids(), rows.values(), step);
                return;
            }
            if (tables.containsKey(parameter)) {
                tables.remove(parameter).flush();
            }
            updates.add(new AdamWUpdate(weight, state.mean, state.meanSquare, gradient.values(), step));
        });
        backend.adamW(updates);
    }

    /** Counts a step of a parameter. */
    private AdamWStep nextStep(Parameter parameter, double gradientScale, double rateFactor) {
        State before = states.computeIfAbsent(parameter, fresh -> state(fresh, 0));
        State state = new State(before.mean, before.meanSquare, before.steps + 1);
        states.put(parameter, state);
        Rate rate = rates.get(parameter);
        return new AdamWStep(
                rateFactor * rate.learningRate(),
                rate.weightDecay(),
                settings.beta1(),
                settings.beta2(),
                settings.eps(),
                state.steps,
                gradientScale);
    }

    private State state(Parameter parameter, int steps) {
        long[] shape = parameter.dimensions();
        return new State(backend.zeros(DataType.FLOAT, shape), backend.zeros(DataType.FLOAT, shape), steps);
    }

    @Override
    public void flush() {
        tables.values().forEach(AdamWTable::flush);
    }

    /** {@code exp_avg.NAME} and {@code exp_avg_sq.NAME}, as torch names them. */
    @Override
    public Map<String, Array> state() {
        flush();
        Map<String, Array> arrays = new LinkedHashMap<>();
        states.forEach((parameter, state) -> {
            arrays.put(MEAN + parameter.name(), state.mean);
            arrays.put(MEAN_SQUARE + parameter.name(), state.meanSquare);
        });
        return arrays;
    }

    @Override
    public Map<String, Integer> steps() {
        Map<String, Integer> steps = new LinkedHashMap<>();
        for (Parameter parameter : weights.keySet()) { // not in the order in which they began to train
            if (states.containsKey(parameter)) {
                steps.put(parameter.name(), states.get(parameter).steps);
            }
        }
        return steps;
    }

    @Override
    public void restore(Map<String, Integer> steps) {
        close();
        for (Parameter parameter : weights.keySet()) {
            if (steps.containsKey(parameter.name())) {
                states.put(parameter, state(parameter, steps.get(parameter.name())));
            }
        }
    }

    @Override
    public void close() {
        tables.clear();
        states.values().forEach(state -> {
            state.mean.close();
            state.meanSquare.close();
        });
        states.clear();
    }
}
