package org.modernbert4j.train;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import org.modernbert4j.model.Batch;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.ParameterId;
import org.modernbert4j.model.ParameterId.TokenEmbedding;
import org.modernbert4j.ops.GraphExecutor;
import org.modernbert4j.ops.KernelExecutioner;

/** Times the passes of a network over one batch of random tokens, run as training and prediction run them. */
public final class Benchmark {
    private static final double LEARNING_RATE = 2e-5;
    private static final double WEIGHT_DECAY = 0.01;

    /**
     * What a training step has taken, in seconds.
     *
     * @param forward until the loss
     * @param backward until the last gradient
     * @param optimizer the update of what trains
     */
    public record Step(double forward, double backward, double optimizer) {
        /** All of it. */
        public double total() {
            return forward + backward + optimizer;
        }
    }

    private final Network network;
    private final Batch batch;
    private final AdamW optimizer = new AdamW(0.9, 0.999, 1e-8, KernelExecutioner.workers());

    /**
     * Prepares a batch.
     *
     * @param network what is timed
     * @param texts of the batch
     * @param tokens of each text
     * @param seed of the tokens and labels
     */
    public Benchmark(Network network, int texts, int tokens, long seed) {
        this.network = network;
        Random random = new Random(seed);
        List<int[]> ids = new ArrayList<>();
        for (int i = 0; i < texts; i++) {
            ids.add(random.ints(tokens, 0, network.architecture().config().vocabularySize())
                    .toArray());
        }
        int[] labels =
                random.ints(texts, 0, network.architecture().head().classes()).toArray();
        batch = new Layout.Packed().lay(ids, labels);
    }

    /**
     * Trains once on the batch.
     *
     * @param trainable what trains
     */
    public Step step(Collection<ParameterId> trainable) {
        long start = System.nanoTime();
        optimizer.prepare(new TokenEmbedding(), batch.ids());
        double prepared = (System.nanoTime() - start) / 1e9;
        try (Network.Step step = network.step(batch, trainable, 1.0 / batch.texts(), 1)) {
            long passed = System.nanoTime();
            step.gradients()
                    .forEach((id, gradient) ->
                            optimizer.update(id, network.weights().get(id), gradient, 1, LEARNING_RATE, WEIGHT_DECAY));
            double updated = (System.nanoTime() - passed) / 1e9;
            double forward = step.secondsUntilLoss();
            return new Step(forward, (passed - start) / 1e9 - prepared - forward, prepared + updated);
        }
    }

    /**
     * Predicts the batch's labels.
     *
     * @return seconds
     */
    public double predict() {
        long start = System.nanoTime();
        try (GraphExecutor.Result result = network.run(batch, Network.LOGITS)) {
            result.get(Network.LOGITS);
            return (System.nanoTime() - start) / 1e9;
        }
    }
}
