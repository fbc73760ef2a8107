package org.modernbert4j.run;

import java.nio.file.Path;
import org.modernbert4j.freeze.EpochPlan;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.task.Measurement;

/** Told what a run does, on the thread that runs it but for tokenizing. Every method does nothing unless overridden. */
public interface RunListener {
    /** Listens to nothing. */
    RunListener NONE = new RunListener() {};

    /** Some work is done. */
    default void progress(RunProgress progress) {}

    /** Something a reader should know: what was dropped, what did not match. One line. */
    default void note(String line) {}

    /** The run is about to train, or to go on; this is what trains when. */
    default void planned(FreezePlan plan) {}

    /** An epoch begins, or goes on after a stop. */
    default void epochStarts(EpochPlan epoch) {}

    /** The run has measured where it is; {@link Measurement#of} gives it with its metrics. */
    default void measured(Measurement<?> measurement) {}

    /** A folder has been saved. */
    default void saved(Path folder) {}

    /** Whether the run should save its state and end after this step. */
    default boolean stopRequested() {
        return false;
    }
}
