package org.modernbert4j.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.modernbert4j.SettingException;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Occurrences;
import org.modernbert4j.backend.OutOfDeviceMemory;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.backend.Segments;
import org.modernbert4j.ops.Batch;
import org.modernbert4j.ops.CrossEntropyLoss;
import org.modernbert4j.ops.GraphExecutor;
import org.modernbert4j.ops.GraphLayers;
import org.modernbert4j.ops.Graphs;
import org.modernbert4j.ops.Loss;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * An encoder, with or without a head, with its weights and its backend. The graph is built once. A step computes gradients only for
 * the parameters that train. Not thread safe.
 */
public final class Network implements AutoCloseable {
    /** The head's output. */
    public static final String LOGITS = "logits";

    /** The loss against the batch's targets. */
    public static final String LOSS = "loss";

    /**
     * The results of one forward and backward pass. Close it when its arrays are no longer needed.
     *
     * @param backend the backend that ran it
     * @param result the loss, the logits and the gradients, by name
     * @param gradients of the trainable parameters; their arrays are valid until this step is closed
     */
    public record Step(Backend backend, GraphExecutor.Result result, Map<Parameter, Gradient> gradients)
            implements AutoCloseable {
        /** The loss. */
        public double loss() {
            return backend.read(result.get(LOSS)).get(0);
        }

        /** Seconds from the start of the step until the loss was computed: the forward pass. */
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

    /**
     * A batch in the backend's memory, for passes over it. It may be made while a device still computes other passes.
     *
     * @param batch texts
     * @param distinct the tokens with a gradient in the embedding
     * @param feed arrays of the graph's placeholders, by name
     */
    public record Input(Batch batch, int[] distinct, Map<String, Array> feed) implements AutoCloseable {
        @Override
        public void close() {
            feed.values().forEach(Array::close);
        }
    }

    private final Architecture architecture;
    private final Map<Parameter, Array> weights;
    private final Backend backend;
    private final GraphLayers layers;
    private final Precision precision;
    private final int length;
    private final Map<String, Array> variables = new LinkedHashMap<>();
    private final GraphExecutor forward;
    private final Parameter embedding;
    private GraphExecutor backward;

    /** The variable with the gradient rows of the token embedding; empty if the embedding is used for more than a lookup. */
    private Optional<String> embeddingRows = Optional.empty();

    /**
     * Builds the graph. With a head, the loss is the cross entropy.
     *
     * @param architecture encoder and head
     * @param weights an array of the backend for each parameter of the architecture; the network makes no copies
     * @param backend runs the graph
     * @param precision of the matrix products
     * @param length maximum rows of a text; for a backend without kernels for own ops, the rows of every text
     * @throws InputException if the encoder supports fewer positions than the length, or the backend lacks the precision
     */
    public Network(
            Architecture architecture,
            Map<Parameter, Array> weights,
            Backend backend,
            Precision precision,
            int length) {
        this(architecture, weights, backend, precision, length, new CrossEntropyLoss());
    }

    /** The same with another loss. */
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
        this.precision = precision;
        this.length = length;
        requireSupport(architecture.config().encoder());
        weights.forEach((parameter, array) -> variables.put(parameter.name(), array));
        layers = GraphLayers.of(Graphs.create(), backend, length, precision);
        ModernBert<SDVariable> encoder = new ModernBert<>(architecture.config(), layers, this::variable);
        architecture.logits(encoder).ifPresent(output -> {
            SDVariable logits = layers.name(output, LOGITS);
            encoder.encode(); // runs only if its value is an output
            layers.name(layers.loss(loss, logits, architecture.requireHead().classes()), LOSS);
        });
        embedding = architecture.parameters().get(0);
        forward = new GraphExecutor(layers.graph(), backend, variables);
    }

    private void requireSupport(EncoderConfig encoder) {
        if (length > encoder.maxPositions()) {
            throw new SettingException("length " + length + " is more than the max_position_embeddings "
                    + encoder.maxPositions() + " of config.json; use at most that");
        }
    }

    private SDVariable variable(Parameter parameter) {
        return layers.parameter(parameter.name(), weights.get(parameter));
    }

    /** The structure of the network. */
    public Architecture architecture() {
        return architecture;
    }

    /** The parameters' arrays. The next run uses what is written into them. */
    public Map<Parameter, Array> weights() {
        return weights;
    }

    /** The backend that runs the network. All arrays of the network belong to it. */
    public Backend backend() {
        return backend;
    }

    /** The SameDiff graph of the forward pass. Only a {@link GraphExecutor} runs the own ops in it. */
    public SameDiff graph() {
        return layers.graph();
    }

    /** Precision of the matrix products. */
    public Precision precision() {
        return precision;
    }

    /** Maximum rows of a text. */
    public int length() {
        return length;
    }

    /** The input of a forward pass without dropout, whose loss is the mean. The caller closes it. */
    public Input input(Batch batch) {
        return input(batch, 1.0 / Math.max(1, batch.targets().count()), GraphLayers.NO_DROPOUT);
    }

    /**
     * The input of a pass. The caller closes it.
     *
     * @param batch texts, with targets for a step
     * @param lossScale factor of the summed loss; 1 / (number of targets) gives the mean loss
     * @param dropoutSeed seed of the dropout mask; {@link GraphLayers#NO_DROPOUT} for no dropout
     */
    public Input input(Batch batch, double lossScale, long dropoutSeed) {
        int padding = architecture.config().tokens().pad().orElse(-1);
        int[] distinct = Occurrences.of(batch.ids(), padding).ids();
        return new Input(batch, distinct, layers.feed(batch, distinct, lossScale, dropoutSeed));
    }

    /**
     * Runs the forward pass without dropout.
     *
     * @param batch texts
     * @param outputs names of outputs: {@link #LOGITS}, {@link #LOSS} (the mean), {@link ModernBert#hiddenState} ...
     */
    public GraphExecutor.Result run(Batch batch, String... outputs) {
        return run(batch, Map.of(), outputs);
    }

    /**
     * Runs the forward pass without dropout, from known intermediate values.
     *
     * @param batch texts
     * @param known values of computed variables, by name; ops that only these variables need do not run
     * @param outputs as in {@link #run(Batch, String...)}
     */
    public GraphExecutor.Result run(Batch batch, Map<String, Array> known, String... outputs) {
        try (Input input = input(batch)) {
            return run(input, known, outputs);
        }
    }

    /** The same for an input that stays open. */
    public GraphExecutor.Result run(Input input, Map<String, Array> known, String... outputs) {
        return run(forward, input, known, List.of(outputs), 0);
    }

    /**
     * Runs the forward and backward pass.
     *
     * @param batch texts with targets
     * @param known values of computed variables, by name; ops that only these variables need do not run
     * @param trainable the parameters to compute gradients for; ops that only other gradients need do not run
     * @param lossScale factor of the summed loss; 1 / (number of targets) gives the mean loss
     * @param dropoutSeed seed of the dropout mask; {@link GraphLayers#NO_DROPOUT} for no dropout
     */
    public Step step(
            Batch batch,
            Map<String, Array> known,
            Collection<Parameter> trainable,
            double lossScale,
            long dropoutSeed) {
        try (Input input = input(batch, lossScale, dropoutSeed)) {
            return step(input, known, trainable);
        }
    }

    /** The same for an input that stays open. */
    public Step step(Input input, Map<String, Array> known, Collection<Parameter> trainable) {
        GraphExecutor executor = backward();
        List<String> outputs = new ArrayList<>(List.of(LOSS, LOGITS));
        for (Parameter parameter : trainable) {
            outputs.add(gradientName(parameter));
        }
        long gradientBytes = Float.BYTES
                * trainable.stream()
                        .filter(parameter -> !hasRowGradient(parameter))
                        .mapToLong(Parameter::elements)
                        .sum();
        GraphExecutor.Result result = run(executor, input, known, outputs, gradientBytes);
        Map<Parameter, Gradient> gradients = new LinkedHashMap<>();
        for (Parameter parameter : trainable) {
            Array values = result.get(gradientName(parameter));
            gradients.put(
                    parameter,
                    hasRowGradient(parameter)
                            ? new Gradient.Rows(
                                    input.distinct(),
                                    values,
                                    weights.get(parameter).rows())
                            : new Gradient.Dense(values));
        }
        return new Step(backend, result, gradients);
    }

    /** @param fixed bytes of outputs whose size does not depend on the batch */
    private static GraphExecutor.Result run(
            GraphExecutor executor, Input input, Map<String, Array> known, List<String> outputs, long fixed) {
        Map<String, Array> all = new LinkedHashMap<>(input.feed());
        all.putAll(known);
        try {
            return executor.run(all, outputs);
        } catch (OutOfDeviceMemory e) {
            Segments segments = input.batch().segments();
            int longest = IntStream.range(0, segments.texts())
                    .map(segments::span)
                    .max()
                    .orElse(0);
            throw e.of(segments.texts(), longest, fixed, executor.mostBytes(all, outputs) - fixed);
        }
    }

    private boolean hasRowGradient(Parameter parameter) {
        return parameter.equals(embedding) && embeddingRows.isPresent();
    }

    private String gradientName(Parameter parameter) {
        return hasRowGradient(parameter)
                ? embeddingRows.get()
                : GraphExecutor.gradientName(layers.graph(), parameter.name());
    }

    /** Measures the ops of later steps and runs, which {@link #takeStepTimes} and {@link #takeRunTimes} then give. */
    public void measure() {
        forward.measure();
        if (architecture.head().isPresent()) {
            backward().measure();
        }
    }

    /** Times of the ops in training steps since the last call, by op name. */
    public Map<String, GraphExecutor.OpTime> takeStepTimes() {
        return backward().takeTimes();
    }

    /** Times of the ops in forward-only runs since the last call, by op name. */
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
