package org.modernbert4j.run;

import java.nio.file.Path;

/** Writes a report of a run into its folder. {@link java.util.ServiceLoader} finds it. */
public interface RunReport {
    /**
     * Writes the files. Called after each saved checkpoint, if there are measurements, and after the final model is saved.
     *
     * @param folder the run's folder; {@link RunFolder#model} gives the folder of its model, if it has one
     * @throws org.modernbert4j.InputException if a file cannot be written
     */
    void write(Path folder, RunSummary<?> summary);
}
