package org.modernbert4j.run;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.modernbert4j.freeze.EpochPlan;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.freeze.Phase;
import org.modernbert4j.task.DataSummary;
import org.modernbert4j.task.Measurement;
import org.modernbert4j.task.Measurement.Outcome;
import org.modernbert4j.task.Task.Source;

/**
 * The data for reports of a training run.
 *
 * @param <M> the task's metrics
 * @param title name of the run
 * @param run its task, settings and machine
 * @param data its texts
 * @param plan what trains in each epoch
 * @param measurements at least one, in the order of steps
 * @param best the measurement with the best validation score; empty if none has a validation
 * @param test the outcome of the final model on the test texts; empty without such texts, and before the end
 * @param notes remarks of one line: rows left out, weights that were not loaded
 */
public record RunSummary<M>(
        String title,
        RunFile.Description run,
        Data data,
        FreezePlan plan,
        List<Measurement<M>> measurements,
        Optional<Measurement<M>> best,
        Optional<Outcome<M>> test,
        List<String> notes) {
    /**
     * The texts of a run.
     *
     * @param sources their files
     * @param summary what they are; empty if they have no labels
     */
    public record Data(List<Source> sources, Optional<DataSummary> summary) {
        /** Keeps its own copy. */
        public Data {
            sources = List.copyOf(sources);
        }
    }

    /**
     * Keeps its own copies.
     *
     * @throws IllegalArgumentException if there is no measurement, or a measurement's epoch is not in the plan
     */
    public RunSummary {
        measurements = List.copyOf(measurements);
        notes = List.copyOf(notes);
        int planned = plan.epochs().size();
        if (measurements.isEmpty() || measurements.stream().anyMatch(one -> one.epoch() > planned)) {
            throw new IllegalArgumentException(
                    "%d measurements for a plan of %d epochs".formatted(measurements.size(), planned));
        }
    }

    /** This summary if all its metrics have a type, or if it has no metrics except the loss; else empty. */
    @SuppressWarnings("unchecked") // the code below checks all metrics
    public <T> Optional<RunSummary<T>> of(Class<T> type) {
        boolean fits = measurements.stream()
                .flatMap(one -> Stream.concat(Stream.of(one.training()), one.validation().stream()))
                .flatMap(outcome -> outcome.metrics().stream())
                .allMatch(type::isInstance);
        return fits ? Optional.of((RunSummary<T>) this) : Optional.empty();
    }

    /** The same with only the measurements that have a validation; there must be at least one. */
    public RunSummary<M> validated() {
        List<Measurement<M>> some = measurements.stream()
                .filter(one -> one.validation().isPresent())
                .toList();
        return new RunSummary<>(title, run, data, plan, some, best, test, notes);
    }

    /** The last measurement. */
    public Measurement<M> last() {
        return measurements.get(measurements.size() - 1);
    }

    /** The plan of the epoch of a measurement. */
    public EpochPlan planOf(Measurement<M> measurement) {
        return plan.epochs().get(measurement.epoch() - 1);
    }

    /** The phases of the epochs that ran. */
    public List<Phase> phases() {
        return Phase.of(plan.epochs().subList(0, last().epoch()));
    }

    /** Seconds that all steps and evaluations took. */
    public double totalSeconds() {
        double evaluating = measurements.stream()
                .flatMap(one -> one.validation().stream())
                .mapToDouble(Outcome::seconds)
                .sum();
        return last().seconds() + evaluating;
    }
}
