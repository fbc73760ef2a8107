package org.modernbert4j.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.modernbert4j.InputException;
import org.modernbert4j.OutputFolder;
import org.modernbert4j.OutputFolder.Room;
import org.modernbert4j.checkpoint.CheckpointWriter;
import org.modernbert4j.checkpoint.WeightType;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.model.Architecture;

/**
 * The folder that a run writes into, and nobody else meanwhile. Nothing in it changes before all inputs of the run have been read, and
 * then only what a run writes.
 */
final class RunOutput implements AutoCloseable {
    private final Path folder;
    private final OutputFolder claimed;
    private final Room room;

    private RunOutput(Path folder, OutputFolder claimed, Room room) {
        this.folder = folder;
        this.claimed = claimed;
        this.room = room;
    }

    /**
     * For a run that begins.
     *
     * @param replaces whether the folder may hold a run that is replaced
     * @throws InputException if the folder holds something else, is or holds an input of the run, another process writes into it, or
     *     it cannot be written
     */
    static RunOutput begin(Run<?> run, boolean replaces, RunListener listener, Room room) {
        List<Path> inputs = new ArrayList<>(run.task().files());
        inputs.add(run.model());
        inputs.addAll(run.freezing().files());
        RunFolder.requireFree(run.output(), replaces);
        OutputFolder.requireApart(run.output(), inputs);
        OutputFolder claimed = OutputFolder.claim(run.output(), listener::note);
        try {
            RunFolder.requireFree(run.output(), replaces); // another run may just have ended
            return new RunOutput(run.output(), claimed, room);
        } catch (InputException e) {
            claimed.close();
            throw e;
        }
    }

    /**
     * For a run that goes on. What a killed process has left is put in order.
     *
     * @param folder of the run
     * @throws InputException if another process writes into the folder, or it cannot be written
     */
    static RunOutput resume(Path folder, RunListener listener, Room room) {
        OutputFolder claimed = OutputFolder.claim(folder, listener::note);
        try {
            claimed.removeLeft();
            RunFolder.recover(folder);
            return new RunOutput(folder, claimed, room);
        } catch (InputException e) {
            claimed.close();
            throw e;
        }
    }

    /** Removes what an earlier run has left, if there is one; what else is in the folder stays. */
    void clear() {
        claimed.removeLeft();
        RunFolder.recover(folder);
        RunFolder.clear(folder);
    }

    /**
     * Checks, before the first step, that there is room for what a run will write.
     *
     * @param texts number of texts that it trains on
     * @throws InputException if there is less
     */
    void requireRoom(Run<?> run, Architecture architecture, FreezePlan plan, int texts) {
        long model = CheckpointWriter.bytes(run.model(), architecture, WeightType.FLOAT32);
        long moments = plan.epochs().stream()
                .flatMap(epoch -> epoch.trainable().stream())
                .distinct()
                .mapToLong(parameter -> 2 * Float.BYTES * parameter.elements())
                .sum();
        // one more of each, as the new one is written before the old one is removed
        long checkpoints = Math.min(
                run.training().checkpoints(texts),
                run.training().intervals().saving().keep() + 1L);
        int models = run.task().keepsBest() ? Math.min(run.training().epochs(texts), 2) : 1;
        // as double, which has no overflow
        long needed = (long) (checkpoints * (double) (model + moments) + models * (double) model);
        String what = "%d checkpoint%s and %d model%s that the run has at a time"
                .formatted(checkpoints, checkpoints == 1 ? "" : "s", models, models == 1 ? "" : "s");
        claimed.requireRoom(needed - RunFolder.bytes(folder), what, room);
    }

    @Override
    public void close() {
        claimed.close();
    }
}
