package org.modernbert4j.task;

import java.util.Optional;

/**
 * What a network did on some texts.
 *
 * @param <M> the task's metrics
 * @param loss mean
 * @param metrics of its outputs; empty where the task takes none of these texts
 * @param seconds that it took
 */
public record Outcome<M>(double loss, Optional<M> metrics, double seconds) {
    /** The metrics; for texts that have them. */
    public M requireMetrics() {
        return metrics.orElseThrow(() -> new IllegalStateException("nothing was measured but the loss"));
    }
}
