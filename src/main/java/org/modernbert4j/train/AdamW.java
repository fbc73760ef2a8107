package org.modernbert4j.train;

import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.modernbert4j.model.Gradient;
import org.modernbert4j.model.ParameterId;
import org.modernbert4j.ops.kernel.AdamWKernel;
import org.modernbert4j.ops.kernel.LazyRows;
import org.modernbert4j.ops.kernel.Workers;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * AdamW as torch.optim.AdamW does it (Loshchilov and Hutter 2019): decoupled weight decay, bias correction by a step count of
 * each parameter's own. A parameter that is not updated is not touched: no decay, no moments, no step; updated again, it goes on
 * from its own state.
 *
 * <p>A table with a gradient of rows costs what these rows cost: the others, which the step decays and moves as well, make it when
 * they are needed. {@link #prepare} and {@link #flush} say when that is.
 */
public final class AdamW {
    /**
     * What the optimizer remembers of a parameter.
     *
     * @param mean running mean of the gradient, in the parameter's shape
     * @param meanSquare running mean of its square, in the parameter's shape
     * @param steps updates so far
     */
    public record State(INDArray mean, INDArray meanSquare, int steps) {}

    private final double beta1;
    private final double beta2;
    private final double eps;
    private final Workers workers;
    private final Map<ParameterId, State> states = new LinkedHashMap<>();
    private final Map<ParameterId, Table> tables = new HashMap<>();

    /** A table whose rows are updated where they have a gradient, and its array, which has to live as long. */
    private record Table(LazyRows rows, INDArray weight) {}

    /**
     * Makes an optimizer without state.
     *
     * @param beta1 memory of the mean
     * @param beta2 memory of the mean square
     * @param eps added to the root of the mean square
     * @param workers who update a parameter together
     */
    public AdamW(double beta1, double beta2, double eps, Workers workers) {
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.eps = eps;
        this.workers = workers;
    }

    /**
     * Brings the rows of a table up to date that a batch is about to look up.
     *
     * @param id which table
     * @param rows their numbers; one may come several times
     */
    public void prepare(ParameterId id, int[] rows) {
        if (tables.containsKey(id)) {
            tables.get(id).rows.prepare(workers, rows);
        }
    }

    /** Brings all parameters and all that is remembered of them up to date: before they are read by anything but a batch. */
    public void flush() {
        tables.values().forEach(table -> table.rows.flush(workers));
    }

    /**
     * Updates one parameter in place.
     *
     * @param id which one
     * @param weight its array, always the same one
     * @param gradient of that weight
     * @param gradientScale factor of the gradient: what clipping leaves of it
     * @param learningRate step length
     * @param weightDecay share of the weight, times the learning rate, that is taken off
     * @throws IllegalStateException if the gradient has a row that was not prepared
     */
    public void update(
            ParameterId id,
            INDArray weight,
            Gradient gradient,
            double gradientScale,
            double learningRate,
            double weightDecay) {
        State before = states.get(id);
        if (before == null) {
            before = new State(
                    Nd4j.zeros(DataType.FLOAT, weight.shape()), Nd4j.zeros(DataType.FLOAT, weight.shape()), 0);
        }
        State state = new State(before.mean, before.meanSquare, before.steps + 1);
        AdamWKernel.Step step =
                new AdamWKernel.Step(learningRate, weightDecay, beta1, beta2, eps, state.steps, gradientScale);
        if (gradient instanceof Gradient.Rows rows) {
            LazyRows table = tables.computeIfAbsent(id, key -> table(weight, state)).rows;
            table.update(workers, rows.ids(), memory(rows.values()), step);
        } else {
            if (tables.containsKey(id)) {
                tables.remove(id).rows.flush(workers);
            }
            AdamWKernel.update(
                    workers,
                    memory(weight),
                    memory(state.mean),
                    memory(state.meanSquare),
                    memory(gradient.dense()),
                    Math.toIntExact(weight.length()),
                    step);
        }
        states.put(id, state);
    }

    private static Table table(INDArray weight, State state) {
        int entries = Math.toIntExact(weight.size(0));
        int width = Math.toIntExact(weight.size(1));
        LazyRows rows = new LazyRows(memory(weight), memory(state.mean), memory(state.meanSquare), entries, width);
        return new Table(rows, weight);
    }

    private static FloatBuffer memory(INDArray array) {
        return array.isEmpty() ? FloatBuffer.allocate(0) : array.data().asNioFloat();
    }

    /** What is remembered, of parameters that have been updated; all of it and of their weights is up to date then. */
    public Map<ParameterId, State> states() {
        flush();
        return Collections.unmodifiableMap(states);
    }

    /**
     * Goes on from what was remembered of a parameter.
     *
     * @param id which one
     * @param state as of {@link #states()}; its arrays are kept and changed
     */
    public void restore(ParameterId id, State state) {
        tables.remove(id);
        states.put(id, state);
    }
}
