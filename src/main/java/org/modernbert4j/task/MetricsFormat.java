package org.modernbert4j.task;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.json.JsonFields;

/**
 * How the metrics of a task are compared, kept and shown.
 *
 * @param <M> the metrics
 */
public interface MetricsFormat<M> {
    /** How good they are; higher is better. The best checkpoint is the one with the highest score. */
    double score(M metrics);

    /** The measurement with the best score on the validation texts, the first of equals; empty where none was measured on them. */
    default Optional<Measurement<M>> best(List<Measurement<M>> measurements) {
        return measurements.stream()
                .filter(one -> one.validation().isPresent())
                .reduce((best, one) -> score(one) > score(best) ? one : best);
    }

    /** The score of a measurement on the validation texts. */
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
     * Reads what was written.
     *
     * @param prefix of the names of its fields
     * @return empty if nothing was written with that prefix
     * @throws org.modernbert4j.InputException if a field is missing or broken
     */
    Optional<M> read(JsonFields log, String prefix);

    /** The names of the columns of {@code metrics.csv}. */
    List<String> columns();

    /** The cells of a measurement in these columns; an empty text where it has no value. */
    List<Object> row(Measurement<M> measurement);

    /**
     * A measurement on the validation texts, in a few lines for a terminal.
     *
     * @param plan of the whole run
     */
    String text(Measurement<M> measurement, FreezePlan plan);

    /** The best of a run's measurements in detail, for a terminal; empty where {@link #text} says all, or there is none. */
    default Optional<String> summary(List<Measurement<M>> measurements) {
        return Optional.empty();
    }
}
