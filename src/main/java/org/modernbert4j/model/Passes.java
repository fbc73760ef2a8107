package org.modernbert4j.model;

import java.util.Map;
import java.util.function.Consumer;
import org.modernbert4j.backend.Array;
import org.modernbert4j.ops.Batch;
import org.modernbert4j.ops.GraphExecutor;

/**
 * Forward passes over batch after batch. The next batch is made before the results of one are read, so that a device computes while
 * the host works. Results are read in the order of the batches.
 */
public final class Passes implements AutoCloseable {
    private final Network network;
    private final String[] outputs;

    /** Launched and not read yet; null if there is none. */
    private Pass waiting;

    private record Pass(
            Network.Input input,
            Map<String, Array> known,
            GraphExecutor.Result result,
            Consumer<GraphExecutor.Result> read)
            implements AutoCloseable {
        @Override
        public void close() {
            result.close();
            known.values().forEach(Array::close);
            input.close();
        }
    }

    /**
     * @param network runs them
     * @param outputs names of outputs, as in {@link Network#run(Batch, String...)}
     */
    public Passes(Network network, String... outputs) {
        this.network = network;
        this.outputs = outputs;
    }

    /**
     * Reads the results of the last pass and launches another.
     *
     * @param batch texts
     * @param known values of computed variables, by name; closed here
     * @param read is given the results, which are valid during the call
     */
    public void launch(Batch batch, Map<String, Array> known, Consumer<GraphExecutor.Result> read) {
        Network.Input input = null;
        try {
            input = network.input(batch);
            finish();
            waiting = new Pass(input, known, network.run(input, known, outputs), read);
        } catch (RuntimeException e) {
            known.values().forEach(Array::close);
            if (input != null) {
                input.close();
            }
            throw e;
        }
    }

    /** Reads the results of the last pass. */
    public void finish() {
        if (waiting != null) {
            try (Pass last = waiting) {
                waiting = null;
                last.read.accept(last.result);
            }
        }
    }

    /** Drops what has not been read. */
    @Override
    public void close() {
        if (waiting != null) {
            waiting.close();
            waiting = null;
        }
    }
}
