package org.modernbert4j.run;

import java.nio.file.Path;
import java.util.Optional;
import org.modernbert4j.freeze.EpochPlan;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.task.DataSummary;
import org.modernbert4j.task.Measurement;

/** Receives the events of a run, on the run's thread except for tokenizing. By default, each method does nothing. */
public interface RunListener {
    /** Ignores all events. */
    RunListener NONE = new RunListener() {};

    /** The run has made progress. */
    default void progress(RunProgress progress) {}

    /** A remark of one line, for instance on rows that were left out or weights that did not match. */
    default void note(String line) {}

    /** What the run learns from and measures on. */
    default void data(DataSummary summary) {}

    /** Training is about to start or resume with this plan. */
    default void planned(FreezePlan plan) {}

    /** An epoch starts, or resumes after a stop. */
    default void epochStarts(EpochPlan epoch) {}

    /**
     * The run has made a measurement.
     *
     * @param text a few lines about the validation for a terminal; empty if the measurement has no validation
     */
    default void measured(Measurement<?> measurement, Optional<String> text) {}

    /** A folder has been saved. */
    default void saved(Path folder) {}

    /** Whether the run should save a checkpoint and stop before the next step. */
    default boolean stopRequested() {
        return false;
    }
}
