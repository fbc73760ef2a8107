package org.modernbert4j.pretrain;

import java.nio.file.Path;

/** Told what a run does, on the thread that runs it. Every method does nothing unless overridden. */
public interface PretrainingListener {
    /** Listens to nothing. */
    PretrainingListener NONE = new PretrainingListener() {};

    /**
     * Texts become tokens; called from several threads.
     *
     * @param done texts of the present file so far
     * @param total texts of the file
     */
    default void tokenizing(long done, long total) {}

    /** Something a reader should know. One line. */
    default void note(String line) {}

    /**
     * A step has been taken.
     *
     * @param step from 1
     * @param steps in all
     * @param tokens of its sequences
     * @param loss mean over the hidden tokens of the last few steps
     */
    default void progress(int step, int steps, int tokens, double loss) {}

    /** The run has measured where it is. */
    default void measured(Measurement measurement) {}

    /** A folder has been saved. */
    default void saved(Path folder) {}

    /** Whether the run should save its state and end after this step. */
    default boolean stopRequested() {
        return false;
    }
}
