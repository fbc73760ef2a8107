package org.modernbert4j.run;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Moment;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.ops.Batch;
import org.modernbert4j.ops.Targets;
import org.modernbert4j.optim.Optimizer;
import org.modernbert4j.optim.UpdateRule;

/** Measures the time of training steps and predictions of a network on one batch of random tokens. */
public final class Benchmark implements AutoCloseable {
    /**
     * The duration of a training step, in seconds.
     *
     * @param forward forward pass, until the loss
     * @param backward backward pass, until the last gradient
     * @param optimizer update of the trainable parameters
     */
    public record Step(double forward, double backward, double optimizer) {
        /** The whole step. */
        public double total() {
            return forward + backward + optimizer;
        }
    }

    private final Network network;
    private final Batch batch;
    private final UpdateRule update = Training.fineTuning().update();
    private final Optimizer optimizer;

    /**
     * Prepares a batch.
     *
     * @param network the network to measure
     * @param texts number of texts in the batch
     * @param tokens number of tokens of each text
     * @param seed of the tokens and labels
     */
    public Benchmark(Network network, int texts, int tokens, long seed) {
        this.network = network;
        network.measure();
        optimizer = update.open(network);
        int vocabulary = network.architecture().config().encoder().vocabularySize();
        Random random = new Random(seed);
        List<int[]> ids = new ArrayList<>();
        for (int i = 0; i < texts; i++) {
            ids.add(random.ints(tokens, 0, vocabulary).toArray());
        }
        int classes = network.architecture().requireHead().classes();
        int[] labels = random.ints(texts, 0, classes).toArray();
        batch = Layout.of(network.architecture(), network.backend(), tokens, 0)
                .lay(ids)
                .with(new Targets.Classes(labels));
    }

    /** Does one training step on the batch and measures it. */
    public Step step(Collection<Parameter> trainable) {
        Backend backend = network.backend();
        try (Moment start = backend.moment()) {
            optimizer.begin(batch);
            try (Moment begun = backend.moment();
                    Network.Step step = network.step(batch, Map.of(), trainable, 1.0 / batch.texts(), 1);
                    Moment passed = backend.moment()) {
                double norm = UpdateRule.norm(backend, step.gradients().values());
                update.apply(optimizer, step.gradients(), norm, 0, 1);
                try (Moment end = backend.moment()) {
                    double forward = step.secondsUntilLoss();
                    return new Step(
                            forward,
                            passed.secondsSince(begun) - forward,
                            begun.secondsSince(start) + end.secondsSince(passed));
                }
            }
        }
    }

    /** Predicts the batch's labels and returns the seconds that it took. */
    public double predict() {
        try (Moment start = network.backend().moment()) {
            network.run(batch, Network.LOGITS).close();
            try (Moment end = network.backend().moment()) {
                return end.secondsSince(start);
            }
        }
    }

    @Override
    public void close() {
        optimizer.close();
    }
}
