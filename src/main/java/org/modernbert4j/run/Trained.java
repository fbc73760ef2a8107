package org.modernbert4j.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.modernbert4j.task.Measurement;

/**
 * What a run left.
 *
 * @param <M> the task's metrics
 * @param folder the run's folder
 * @param measurements of its course
 * @param best the one with the best score on the validation texts, the first of equals; empty if there is none
 * @param finished whether the run reached its end; if not, it can be resumed
 */
public record Trained<M>(
        Path folder, List<Measurement<M>> measurements, Optional<Measurement<M>> best, boolean finished) {
    /** Folder of the model that came out, in the published layout. */
    public Path model() {
        return RunFolder.model(folder);
    }

    /** The best measurement; for runs that have one. */
    public Measurement<M> requireBest() {
        return best.orElseThrow(() -> new IllegalStateException(folder + ": nothing was measured yet"));
    }
}
