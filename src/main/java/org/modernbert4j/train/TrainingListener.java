package org.modernbert4j.train;

import java.nio.file.Path;
import org.modernbert4j.freeze.EpochPlan;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.report.EpochResult;

/** Told what a run does, on the thread that runs it. Every method does nothing unless overridden. */
public interface TrainingListener {
    /** Listens to nothing. */
    TrainingListener NONE = new TrainingListener() {};

    /** What kind of work takes time. */
    enum Phase {
        /** Texts become tokens. */
        TOKENIZING,
        /** Steps on the training texts. */
        TRAINING,
        /** Passes over the validation texts. */
        EVALUATING
    }

    /**
     * Some work is done.
     *
     * @param phase what kind
     * @param epoch from 1, or 0 before the first
     * @param done texts so far
     * @param total texts in all
     * @param loss mean over the texts so far, or NaN where there is none
     */
    default void progress(Phase phase, int epoch, long done, long total, double loss) {}

    /** Something a reader should know: what was dropped, what did not match. One line. */
    default void note(String line) {}

    /** The run is about to train, or to go on; this is what trains when. */
    default void planned(FreezePlan plan) {}

    /** An epoch begins, or goes on after a stop. */
    default void epochStarts(EpochPlan epoch) {}

    /** An epoch has ended and been evaluated. */
    default void epochEnds(EpochResult result) {}

    /** A folder has been saved. */
    default void saved(Path folder) {}

    /** Whether the run should save its state and end after this step. */
    default boolean stopRequested() {
        return false;
    }
}
