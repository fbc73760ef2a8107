package org.modernbert4j.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Occurrences;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.backend.Segments;
import org.modernbert4j.backend.cpu.SegmentsOf;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A graph of a few layers over three short texts. Its variables hold random numbers that follow from their names. */
final class SmallGraph {
    /** Rows of each padded text. */
    static final int SPAN = 6;

    static final Segments PADDED = SegmentsOf.padded(SPAN, 6, 1, 4);
    static final Segments PACKED = SegmentsOf.packed(6, 1, 4);
    static final int VOCABULARY = 7;
    static final String OUTPUT = "output";
    static final String LOSS = "loss";

    /** One label does not count. */
    private static final int[] LABELS = {1, -1, 0};

    /** Rows of the first text and of the last. */
    private static final int[] SELECTED = {1, 4, 10};

    private static final double LOSS_SCALE = 0.5;
    private static final long DROPOUT_SEED = 7;

    final Backend backend;
    final SameDiff sd = Graphs.create();
    final SameDiff backward;
    final Map<String, Array> variables = new LinkedHashMap<>();
    private final GraphLayers layers;
    private final Segments segments;
    private int paddingId = -1;

    /** The loss is {@code 3 * sum(output^2)}: the gradient that comes in to the output is not 1. */
    SmallGraph(Backend backend, Segments segments, Function<SmallGraph, SDVariable> output) {
        this.backend = backend;
        this.segments = segments;
        layers = GraphLayers.of(sd, backend, SPAN, Precision.FLOAT32);
        SDVariable y = layers.name(output.apply(this), OUTPUT);
        layers.name(sd.sum(sd.math.square(y)).mul(3), LOSS);
        backward = Graphs.differentiate(sd, LOSS);
    }

    GraphLayers layers() {
        return layers;
    }

    int rows() {
        return segments.starts()[segments.texts()];
    }

    int texts() {
        return segments.texts();
    }

    SDVariable variable(String name, long... shape) {
        return layers.parameter(
                name, variables.computeIfAbsent(name, key -> backend.upload(numbers(name.hashCode(), shape), shape)));
    }

    SDVariable embedding(int width, int padding) {
        paddingId = padding;
        return layers.embedding(variable("table", VOCABULARY, width), padding);
    }

    static float[] numbers(long seed, long... shape) {
        Random random = new Random(seed);
        float[] values = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, (a, b) -> a * b))];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (0.5 * random.nextGaussian());
        }
        return values;
    }

    static INDArray random(long seed, long... shape) {
        return Nd4j.createFromArray(numbers(seed, shape)).reshape(shape);
    }

    /** Ids of the rows. */
    int[] ids() {
        return new Random(3).ints(rows(), 0, VOCABULARY).toArray();
    }

    Map<String, Array> feed() {
        int[] distinct = Occurrences.of(ids(), paddingId).ids();
        Batch batch = new Batch(ids(), segments, SELECTED, new Targets.Classes(LABELS));
        return layers.feed(batch, distinct, LOSS_SCALE, DROPOUT_SEED);
    }

    /** The same for SameDiff's own sessions. */
    Map<String, INDArray> sharedFeed() {
        return feed().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> backend.shared(entry.getValue())
                        .orElseThrow()));
    }

    /** A copy of an array's elements. */
    INDArray read(Array array) {
        float[] values = new float[Math.toIntExact(array.length())];
        backend.read(array).get(values);
        return Nd4j.createFromArray(values).reshape(array.shape());
    }

    GraphExecutor executor(SameDiff graph) {
        return new GraphExecutor(graph, backend, variables);
    }

    /** The names of the ops that run for these outputs, in order. */
    List<String> opsFor(List<String> outputs) {
        return Plan.of(backward, outputs, Set.of(), Set.of()).steps().stream()
                .map(step -> step.op().opName())
                .toList();
    }

    /** Output, loss and the gradient of each variable, by variable. */
    Map<String, INDArray> outputAndGradients() {
        return outputAndGradients(executor(backward));
    }

    Map<String, INDArray> outputAndGradients(GraphExecutor executor) {
        Map<String, String> names = new LinkedHashMap<>();
        names.put(OUTPUT, OUTPUT);
        names.put(LOSS, LOSS);
        variables.keySet().forEach(variable -> names.put(variable, GraphExecutor.gradientName(sd, variable)));
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        try (GraphExecutor closed = executor;
                GraphExecutor.Result result = closed.run(feed(), new ArrayList<>(names.values()))) {
            names.forEach((variable, name) -> arrays.put(variable, read(result.get(name))));
        }
        return arrays;
    }
}
