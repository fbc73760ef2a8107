package org.modernbert4j.ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.modernbert4j.ops.kernel.Segments;
import org.modernbert4j.ops.kernel.SegmentsOf;
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
    private static final int[] WANTED = {1, 4, 10};

    private static final double LOSS_SCALE = 0.5;
    private static final long DROPOUT_SEED = 7;

    final SameDiff sd = Graphs.create();
    final SameDiff backward;
    private final Layers layers;
    private final Segments segments;
    private final List<String> variables = new ArrayList<>();

    /** The loss is {@code 3 * sum(output^2)}: the gradient that comes in to the output is not 1. */
    SmallGraph(Lowering lowering, Segments segments, Function<SmallGraph, SDVariable> output) {
        this.segments = segments;
        layers = lowering.layers(sd, SPAN);
        SDVariable y = output.apply(this).rename(OUTPUT);
        sd.sum(sd.math.square(y)).mul(3).rename(LOSS);
        backward = Graphs.differentiate(sd, LOSS);
    }

    Layers layers() {
        return layers;
    }

    int rows() {
        return segments.starts()[segments.texts()];
    }

    int texts() {
        return segments.texts();
    }

    SDVariable variable(String name, long... shape) {
        variables.add(name);
        return sd.var(name, random(name.hashCode(), shape));
    }

    static INDArray random(long seed, long... shape) {
        Random random = new Random(seed);
        float[] values = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, (a, b) -> a * b))];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (0.5 * random.nextGaussian());
        }
        return Nd4j.createFromArray(values).reshape(shape);
    }

    List<String> variables() {
        return variables;
    }

    Map<String, INDArray> feed() {
        int[] ids = new Random(3).ints(rows(), 0, VOCABULARY).toArray();
        return layers.feed(ids, segments, WANTED, LABELS, LOSS_SCALE, DROPOUT_SEED);
    }

    /** Output, loss and the gradient of each variable, by variable. */
    Map<String, INDArray> outputAndGradients() {
        return outputAndGradients(backward);
    }

    Map<String, INDArray> outputAndGradients(SameDiff gradientGraph) {
        Map<String, String> names = new LinkedHashMap<>();
        names.put(OUTPUT, OUTPUT);
        names.put(LOSS, LOSS);
        variables.forEach(variable -> names.put(variable, GraphExecutor.gradientName(sd, variable)));
        Map<String, INDArray> arrays = new LinkedHashMap<>();
        try (GraphExecutor executor = new GraphExecutor(gradientGraph);
                GraphExecutor.Result result = executor.run(feed(), List.copyOf(names.values()))) {
            names.forEach(
                    (variable, name) -> arrays.put(variable, result.get(name).dup()));
        }
        return arrays;
    }
}
