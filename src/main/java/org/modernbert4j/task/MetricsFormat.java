package org.modernbert4j.task;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.modernbert4j.Numbers;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.task.Measurement.Outcome;

/**
 * Compares, stores and displays the metrics of a task.
 *
 * @param <M> the metrics
 */
public interface MetricsFormat<M> {
    /** The score of metrics; higher is better. The best checkpoint has the highest score. */
    double score(M metrics);

    /** The measurement with the best validation score, the first one if scores are equal; empty if none has a validation. */
    default Optional<Measurement<M>> best(List<Measurement<M>> measurements) {
        return measurements.stream()
                .filter(one -> one.validation().isPresent())
                .reduce((best, one) -> score(one) > score(best) ? one : best);
    }

    /** The validation score of a measurement. */
    default double score(Measurement<M> measurement) {
        return score(measurement.requireValidation().requireMetrics());
    }

    /**
     * Adds metrics to the log of a run.
     *
     * @param prefix of the names of its fields
     */
    void write(M metrics, String prefix, JsonObject log);

    /**
     * Reads metrics from the log of a run.
     *
     * @param prefix of the names of its fields
     * @return empty if the log has no metrics with that prefix
     * @throws org.modernbert4j.InputException if a field is missing or broken
     */
    Optional<M> read(JsonFields log, String prefix);

    /** The names of the columns of {@code metrics.csv}. */
    List<String> columns();

    /** The cells of a measurement for these columns; an empty string if it has no value. */
    List<Object> row(Measurement<M> measurement);

    /**
     * A few lines about a measurement with a validation, for a terminal.
     *
     * @param plan of the whole run
     */
    String text(Measurement<M> measurement, FreezePlan plan);

    /** Loss and metrics by their names. */
    Map<String, Double> numbers(Outcome<M> outcome);

    /** The outcome on the test texts in detail, for a terminal. */
    default String tested(Outcome<M> outcome) {
        return "test: "
                + numbers(outcome).entrySet().stream()
                        .map(number -> number.getKey() + " " + Numbers.metric(number.getValue()))
                        .collect(Collectors.joining(", "));
    }

    /** The best measurement in detail, for a terminal; empty if {@link #text} says everything, or there is none. */
    default Optional<String> summary(List<Measurement<M>> measurements) {
        return Optional.empty();
    }
}
