package org.modernbert4j.task;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * The state of a run after some step, as measured.
 *
 * @param <M> the task's metrics
 * @param step optimizer steps so far, from 1
 * @param epoch the pass over the texts that the step belongs to, from 1
 * @param trainable scalars that trained in that epoch
 * @param learningRate of the step, for the encoder's last layer
 * @param tokens that all steps so far have seen, special ones included
 * @param seconds that all steps so far have taken
 * @param training on the texts that were learnt from since the measurement before, each as it was when its batch came
 * @param validation on the validation texts; empty where they were not measured on
 */
public record Measurement<M>(
        int step,
        int epoch,
        long trainable,
        double learningRate,
        long tokens,
        double seconds,
        Outcome<M> training,
        Optional<Outcome<M>> validation) {
    /**
     * The outcome of a network on some texts.
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

    /** The outcome on the validation texts; for measurements that have it. */
    public Outcome<M> requireValidation() {
        return validation.orElseThrow(() -> new IllegalStateException("step " + step + " has no validation"));
    }

    /** This measurement, if its metrics are of a type. */
    @SuppressWarnings("unchecked") // all metrics of a measurement are of one type
    public <T> Optional<Measurement<T>> of(Class<T> type) {
        return Stream.concat(Stream.of(training), validation.stream())
                .flatMap(outcome -> outcome.metrics().stream())
                .findFirst()
                .filter(type::isInstance)
                .map(metrics -> (Measurement<T>) this);
    }
}
