package org.modernbert4j.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;
import org.modernbert4j.backend.Array;
import org.modernbert4j.model.Network;
import org.modernbert4j.task.KnownValues;
import org.modernbert4j.task.Task;

/**
 * The batch of a step, with all that its passes need in the backend's memory.
 *
 * @param parts for one pass each
 * @param targets of all parts together
 */
record StepBatch(List<Part> parts, int targets) implements AutoCloseable {
    /**
     * A part of it.
     *
     * @param task the part as the task has it
     * @param input of its pass
     * @param known values of computed variables, by name
     */
    record Part(Task.Part task, Network.Input input, Map<String, Array> known) {}

    /**
     * Puts a batch into the backend's memory.
     *
     * @param known values of the training texts
     * @param dropoutSeed of the pass of each part
     */
    static StepBatch of(Network network, List<Task.Part> parts, KnownValues known, IntToLongFunction dropoutSeed) {
        int targets =
                parts.stream().mapToInt(part -> part.batch().targets().count()).sum();
        StepBatch batch = new StepBatch(new ArrayList<>(), targets);
        try {
            for (Task.Part part : parts) {
                long seed = dropoutSeed.applyAsLong(batch.parts.size());
                Network.Input input = network.input(part.batch(), 1.0 / targets, seed);
                batch.parts.add(new Part(part, input, known.of(part.texts())));
            }
            return batch;
        } catch (RuntimeException e) {
            batch.close();
            throw e;
        }
    }

    @Override
    public void close() {
        for (Part part : parts) {
            part.known.values().forEach(Array::close);
            part.input.close();
        }
    }
}
