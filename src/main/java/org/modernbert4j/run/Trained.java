package org.modernbert4j.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.modernbert4j.task.Measurement;
import org.modernbert4j.task.Measurement.Outcome;
import org.modernbert4j.task.MetricsFormat;

/**
 * The result of a run.
 *
 * @param <M> the task's metrics
 * @param folder the run's folder
 * @param measurements all measurements of the run
 * @param format of the metrics
 * @param test outcome of its model on the test texts; empty without such texts, and before its end
 * @param finished whether the run reached its end; if not, it can be resumed
 */
public record Trained<M>(
        Path folder,
        List<Measurement<M>> measurements,
        MetricsFormat<M> format,
        Optional<Outcome<M>> test,
        boolean finished) {
    /**
     * Folder of the run's model, in the published layout.
     *
     * @throws org.modernbert4j.InputException if the run has none yet
     */
    public Path model() {
        return RunFolder.model(folder);
    }

    /** The measurement with the best validation score; the first one if scores are equal. */
    public Measurement<M> requireBest() {
        return format.best(measurements)
                .orElseThrow(() -> new IllegalStateException(folder + ": nothing was measured yet"));
    }

    /** The best measurement and the test in detail, for a terminal; empty if the texts of the measurements already say everything. */
    public Optional<String> summary() {
        List<String> parts = Stream.of(format.summary(measurements), test.map(format::tested))
                .flatMap(Optional::stream)
                .toList();
        return parts.isEmpty() ? Optional.empty() : Optional.of(String.join("%n".formatted(), parts));
    }
}
