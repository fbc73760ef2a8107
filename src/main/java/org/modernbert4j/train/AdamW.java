package org.modernbert4j.train;

import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.modernbert4j.model.ParameterId;
import org.modernbert4j.ops.kernel.AdamWKernel;
import org.modernbert4j.ops.kernel.Workers;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * AdamW as torch.optim.AdamW does it (Loshchilov and Hutter 2019): decoupled weight decay, bias correction by a step count of
 * each parameter's own. A parameter that is not updated is not touched: no decay, no moments, no step; updated again, it goes on
 * from its own state.
 */
public final class AdamW implements AutoCloseable {
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

    /**
     * Makes an optimizer without state.
     *
     * @param beta1 memory of the mean
     * @param beta2 memory of the mean square
     * @param eps added to the root of the mean square
     * @param threads how many update a parameter together
     */
    public AdamW(double beta1, double beta2, double eps, int threads) {
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.eps = eps;
        workers = new Workers(threads);
    }

    /**
     * Updates one parameter in place.
     *
     * @param id which one
     * @param weight its array
     * @param gradient in the same shape
     * @param gradientScale factor of the gradient: what clipping leaves of it
     * @param learningRate step length
     * @param weightDecay share of the weight, times the learning rate, that is taken off
     */
    public void update(
            ParameterId id,
            INDArray weight,
            INDArray gradient,
            double gradientScale,
            double learningRate,
            double weightDecay) {
        State before = states.get(id);
        if (before == null) {
            before = new State(
                    Nd4j.zeros(DataType.FLOAT, weight.shape()), Nd4j.zeros(DataType.FLOAT, weight.shape()), 0);
        }
        State state = new State(before.mean, before.meanSquare, before.steps + 1);
        states.put(id, state);
        AdamWKernel.update(
                workers,
                memory(weight),
                memory(state.mean),
                memory(state.meanSquare),
                memory(gradient),
                Math.toIntExact(weight.length()),
                new AdamWKernel.Step(learningRate, weightDecay, beta1, beta2, eps, state.steps, gradientScale));
    }

    private static FloatBuffer memory(INDArray array) {
        return array.data().asNioFloat();
    }

    /** What is remembered, of parameters that have been updated. */
    public Map<ParameterId, State> states() {
        return states;
    }

    @Override
    public void close() {
        workers.close();
    }
}
