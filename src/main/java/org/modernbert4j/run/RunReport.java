package org.modernbert4j.run;

import java.nio.file.Path;

/** Tells a reader of a run, in files of its folder; found by {@link java.util.ServiceLoader}. */
public interface RunReport {
    /**
     * Writes the files. Called whenever a checkpoint with measurements has been saved, and when the run's model has been.
     *
     * @param folder the run's folder; its model, once there is one, is in {@link RunFolder#model}
     * @throws org.modernbert4j.InputException if a file cannot be written
     */
    void write(Path folder, RunSummary<?> summary);
}
