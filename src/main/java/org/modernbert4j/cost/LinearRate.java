package org.modernbert4j.cost;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.ops.GraphExecutor;
import org.modernbert4j.ops.GraphLayers;
import org.modernbert4j.ops.Graphs;

/** Measures how fast a backend computes linear layers. One instance can measure many times. */
public final class LinearRate implements AutoCloseable {
    private static final int ROWS = 2048;
    private static final int WIDTH = 1024;
    private static final double FLOPS = 2.0 * ROWS * WIDTH * WIDTH;

    private final Array x;
    private final Array weight;
    private final GraphExecutor executor;
    private final String y;

    /**
     * Prepares a linear layer and runs it once.
     *
     * @throws org.modernbert4j.InputException if the backend lacks the precision
     */
    public LinearRate(Backend backend, Precision precision) {
        x = ones(backend, ROWS);
        weight = ones(backend, WIDTH);
        GraphLayers layers = GraphLayers.of(Graphs.create(), backend, 1, precision);
        y = layers.linear(layers.parameter("x", x), layers.parameter("weight", weight), null)
                .name();
        executor = new GraphExecutor(layers.graph(), backend, Map.of("x", x, "weight", weight));
        run();
    }

    private static Array ones(Backend backend, int rows) {
        float[] values = new float[rows * WIDTH];
        Arrays.fill(values, 1);
        return backend.upload(values, rows, WIDTH);
    }

    /**
     * Runs the layer repeatedly for some time.
     *
     * @return multiplications and additions per second
     */
    public double measure(Duration time) {
        long start = System.nanoTime();
        int runs = 0;
        do {
            run();
            runs++;
        } while (System.nanoTime() - start < time.toNanos());
        return runs * FLOPS / ((System.nanoTime() - start) / 1e9);
    }

    private void run() {
        executor.run(Map.of(), List.of(y)).close();
    }

    @Override
    public void close() {
        executor.close();
        x.close();
        weight.close();
    }
}
