package org.modernbert4j.run;

import java.nio.file.Path;
import java.util.Optional;
import org.modernbert4j.freeze.EpochPlan;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.task.Measurement;

/** Is told what a run does, on its thread except for tokenizing. Every method does nothing unless overridden. */
public interface RunListener {
    /** Listens to nothing. */
    RunListener NONE = new RunListener() {};

    /** Some work is done. */
    default void progress(RunProgress progress) {}

    /** A remark of one line, for instance on rows that were left out or weights that did not match. */
    default void note(String line) {}

    /** The run is about to train, or to go on; this is what trains when. */
    default void planned(FreezePlan plan) {}

    /** An epoch begins, or goes on after a stop. */
    default void epochStarts(EpochPlan epoch) {}

    /**
     * The run has made a measurement.
     *
     * @param text the measurement on the validation texts, in a few lines for a terminal; empty where it is not on them
     */
    default void measured(Measurement<?> measurement, Optional<String> text) {}

    /** A folder has been saved. */
    default void saved(Path folder) {}

    /** Whether the run should save its state and end after this step. */
    default boolean stopRequested() {
        return false;
    }
}
