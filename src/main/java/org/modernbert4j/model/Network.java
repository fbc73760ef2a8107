package org.modernbert4j.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.modernbert4j.InputException;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Occurrences;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.ops.Batch;
import org.modernbert4j.ops.CrossEntropyLoss;
import org.modernbert4j.ops.GraphExecutor;
import org.modernbert4j.ops.GraphLayers;
import org.modernbert4j.ops.Graphs;
import org.modernbert4j.ops.Loss;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * An encoder, with or without a head, its weights, and what runs it. The graph is built once; which parameters train is decided by
 * asking for their gradients. Not thread safe.
 */
public final class Network implements AutoCloseable {
    /** The head's output. */
    public static final String LOGITS = "logits";

    /** The loss against the batch's targets. */
    public static final String LOSS = "loss";

    /**
     * One pass forward and back. Close it when its arrays are no longer needed.
     *
     * @param backend that ran it
     * @param result the loss, the logits and the gradients, by name
     * @param gradients of the parameters that were asked for; their arrays are valid until this step is closed
     */
    public record Step(Backend backend, GraphExecutor.Result result, Map<Parameter, Gradient> gradients)
            implements AutoCloseable {
        /** The loss. */
        public double loss() {
            return backend.read(result.get(LOSS)).get(0);
        }

        /** Seconds from the start of the step until the loss was there: its forward pass. */
        public double secondsUntilLoss() {
            return result.secondsUntil(LOSS);
        }

        /** The logits, {@code [texts, classes]}, or {@code [selected rows, classes]}. */
        public Array logits() {
            return result.get(LOGITS);
        }

        @Override
        public void close() {
            result.close();
        }
    }

    private final Architecture architecture;
    private final Map<Parameter, Array> weights;
    private final Backend backend;
    private final GraphLayers layers;
    private final int length;
    private final Map<String, Array> variables = new LinkedHashMap<>();
    private final GraphExecutor forward;
    private final Parameter embedding;
    private GraphExecutor backward;

    /** The variable of the rows of the token embedding's gradient; empty where the embedding has more uses than a lookup. */
    private Optional<String> embeddingRows = Optional.empty();

    /**
     * Builds the graph, with the cross entropy as loss where there is a head.
     *
     * @param architecture encoder and head
     * @param weights an array of the backend for each of the architecture's parameters; the network shares them
     * @param backend what runs it
     * @param precision of the products
     * @param length most rows of a text; of a backend without kernels of own ops, the rows of every text
     * @throws InputException if the encoder has no positions for that length, or the backend not that precision
     */
    public Network(
            Architecture architecture,
            Map<Parameter, Array> weights,
            Backend backend,
            Precision precision,
            int length) {
        this(architecture, weights, backend, precision, length, new CrossEntropyLoss());
    }

    /** The same with a loss. */
    public Network(
            Architecture architecture,
            Map<Parameter, Array> weights,
            Backend backend,
            Precision precision,
            int length,
            Loss loss) {
        this.architecture = architecture;
        this.weights = weights;
        this.backend = backend;
        this.length = length;
        requireSupport(architecture.config().encoder());
        weights.forEach((parameter, array) -> variables.put(parameter.name(), array));
        layers = GraphLayers.of(Graphs.create(), backend, length, precision);
        ModernBert<SDVariable> encoder = new ModernBert<>(architecture.config(), layers, this::variable);
        architecture.logits(encoder).ifPresent(output -> {
            SDVariable logits = layers.name(output, LOGITS);
            encoder.encode(); // runs only when its value is asked for
            layers.name(layers.loss(loss, logits, architecture.requireHead().classes()), LOSS);
        });
        embedding = architecture.parameters().get(0);
        forward = new GraphExecutor(layers.graph(), backend, variables);
    }

    private void requireSupport(EncoderConfig encoder) {
        if (length > encoder.maxPositions()) {
            throw new InputException("maximum length " + length + " is more than the max_position_embeddings "
                    + encoder.maxPositions() + " of config.json; use at most that");
        }
        if (encoder.embeddingDropout() > 0 || encoder.mlp().dropout() > 0) {
            throw new InputException("config.json: embedding_dropout " + encoder.embeddingDropout()
                    + " and mlp_dropout " + encoder.mlp().dropout() + " are not supported; set both to 0.0");
        }
    }

    private SDVariable variable(Parameter parameter) {
        return layers.parameter(parameter.name(), weights.get(parameter));
    }

    /** Encoder and head. */
    public Architecture architecture() {
        return architecture;
    }

    /** The parameters' arrays; what is written into them counts from the next run on. */
    public Map<Parameter, Array> weights() {
        return weights;
    }

    /** What runs it, and whose arrays it takes and gives. */
    public Backend backend() {
        return backend;
    }

    /** The SameDiff graph of the forward pass. */
    public SameDiff graph() {
        return layers.graph();
    }

    /** Most rows of a text. */
    public int length() {
        return length;
    }

    /**
     * Runs forward, without dropout.
     *
     * @param batch texts
     * @param outputs {@link #LOGITS}, {@link #LOSS} (the mean), {@link ModernBert#hiddenState} ...
     */
    public GraphExecutor.Result run(Batch batch, String... outputs) {
        return run(batch, Map.of(), outputs);
    }

    /**
     * Runs forward from values that are known, without dropout.
     *
     * @param batch texts
     * @param known arrays of computed variables; what only they need is not run
     * @param outputs as of {@link #run(Batch, String...)}
     */
    public GraphExecutor.Result run(Batch batch, Map<String, Array> known, String... outputs) {
        double scale = 1.0 / Math.max(1, batch.targets().count());
        return run(forward, batch, distinct(batch), scale, GraphLayers.NO_DROPOUT, known, List.of(outputs));
    }

    /**
     * Runs forward and back.
     *
     * @param batch texts with targets
     * @param known arrays of computed variables; what only they need is not run
     * @param trainable whose gradients are computed; nothing is that only others would need
     * @param lossScale factor of the summed loss: one over the targets for their mean
     * @param dropoutSeed which dropout mask; {@link GraphLayers#NO_DROPOUT} for none
     */
    public Step step(
            Batch batch,
            Map<String, Array> known,
            Collection<Parameter> trainable,
            double lossScale,
            long dropoutSeed) {
        GraphExecutor executor = backward();
        List<String> outputs = new ArrayList<>(List.of(LOSS, LOGITS));
        for (Parameter parameter : trainable) {
            outputs.add(gradientName(parameter));
        }
        int[] distinct = distinct(batch);
        GraphExecutor.Result result = run(executor, batch, distinct, lossScale, dropoutSeed, known, outputs);
        Map<Parameter, Gradient> gradients = new LinkedHashMap<>();
        for (Parameter parameter : trainable) {
            Array values = result.get(gradientName(parameter));
            gradients.put(
                    parameter,
                    hasRowGradient(parameter)
                            ? new Gradient.Rows(
                                    distinct, values, weights.get(parameter).rows())
                            : new Gradient.Dense(values));
        }
        return new Step(backend, result, gradients);
    }

    private GraphExecutor.Result run(
            GraphExecutor executor,
            Batch batch,
            int[] distinct,
            double lossScale,
            long dropoutSeed,
            Map<String, Array> known,
            List<String> outputs) {
        Map<String, Array> feed = layers.feed(batch, distinct, lossScale, dropoutSeed);
        Map<String, Array> all = new LinkedHashMap<>(feed);
        all.putAll(known);
        try {
            return executor.run(all, outputs);
        } finally {
            feed.values().forEach(Array::close);
        }
    }

    /** The tokens whose rows of the embedding have a gradient. */
    private int[] distinct(Batch batch) {
        return Occurrences.of(batch.ids(), architecture.config().tokens().pad().orElse(-1))
                .ids();
    }

    private boolean hasRowGradient(Parameter parameter) {
        return parameter.equals(embedding) && embeddingRows.isPresent();
    }

    private String gradientName(Parameter parameter) {
        return hasRowGradient(parameter)
                ? embeddingRows.get()
                : GraphExecutor.gradientName(layers.graph(), parameter.name());
    }

    /** What the ops of training steps have taken since the last call, by name. */
    public Map<String, GraphExecutor.OpTime> takeStepTimes() {
        return backward().takeTimes();
    }

    /** What the ops of runs forward alone have taken since the last call, by name. */
    public Map<String, GraphExecutor.OpTime> takeRunTimes() {
        return forward.takeTimes();
    }

    private GraphExecutor backward() {
        if (backward == null) {
            architecture.requireHead();
            SameDiff gradients = Graphs.differentiate(layers.graph(), LOSS);
            embeddingRows = layers.rowGradients(gradients, gradientName(embedding));
            backward = new GraphExecutor(gradients, backend, variables);
        }
        return backward;
    }

    @Override
    public void close() {
        forward.close();
        if (backward != null) {
            backward.close();
        }
    }
}
