package org.modernbert4j.task;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * A measurement of a run after a step.
 *
 * @param <M> the task's metrics
 * @param step optimizer steps so far, from 1
 * @param epoch the pass over the texts that the step belongs to, from 1
 * @param trainable scalars that trained in that epoch
 * @param learningRate of the step, for the encoder's last layer
 * @param totals of all steps so far
 * @param training outcome on the training texts since the previous measurement, each with the weights at its own step
 * @param validation outcome on the validation texts; empty without an evaluation
 */
public record Measurement<M>(
        int step,
        int epoch,
        long trainable,
        double learningRate,
        Totals totals,
        Outcome<M> training,
        Optional<Outcome<M>> validation) {
    /**
     * Sums over all steps so far.
     *
     * @param tokens special tokens included
     * @param seconds time that they took
     * @param skipped number of steps whose update was left out, as their loss or gradients were not finite
     */
    public record Totals(long tokens, double seconds, int skipped) {}

    /** Tokens of all steps so far. */
    public long tokens() {
        return totals.tokens();
    }

    /** Seconds that all steps so far took. */
    public double seconds() {
        return totals.seconds();
    }

    /**
     * The outcome of a network on some texts.
     *
     * @param <M> the task's metrics
     * @param loss mean
     * @param metrics of its outputs; empty if the task does not measure these texts
     * @param seconds time that it took
     */
    public record Outcome<M>(double loss, Optional<M> metrics, double seconds) {
        /** The metrics; throws {@link IllegalStateException} if there are none. */
        public M requireMetrics() {
            return metrics.orElseThrow(() -> new IllegalStateException("only the loss was measured"));
        }
    }

    /** The outcome on the validation texts; throws {@link IllegalStateException} if there is none. */
    public Outcome<M> requireValidation() {
        return validation.orElseThrow(() -> new IllegalStateException("step " + step + " has no validation"));
    }

    /** This measurement if its metrics have a type; else empty. */
    @SuppressWarnings("unchecked") // all metrics of a measurement have the same type
    public <T> Optional<Measurement<T>> of(Class<T> type) {
        return Stream.concat(Stream.of(training), validation.stream())
                .flatMap(outcome -> outcome.metrics().stream())
                .findFirst()
                .filter(type::isInstance)
                .map(metrics -> (Measurement<T>) this);
    }
}
