package org.modernbert4j.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.modernbert4j.task.Measurement;
import org.modernbert4j.task.Measurement.Outcome;
import org.modernbert4j.task.Measurement.Totals;
import org.modernbert4j.task.MetricsFormat;

/** The state of a run between two steps. A resumed run needs this, the weights and the optimizer's state. */
final class RunState<M> {
    private final MetricsFormat<M> format;

    /**
     * A change of plan.
     *
     * @param step steps that were done by then
     * @param plannedBefore steps of the whole run, as they were planned until then
     */
    record Replanned(int step, int plannedBefore) {}

    /**
     * A change of the backend.
     *
     * @param step steps that were done by then
     * @param backendBefore name of the backend until then
     */
    record Moved(int step, String backendBefore) {}

    /** Optimizer steps so far. */
    int step;

    /** Optimizer steps of the whole run. */
    int plannedSteps;

    /** Where the run went on for more steps, or fewer, than it was planned for. */
    final List<Replanned> replanned = new ArrayList<>();

    /** Name of the backend that the next step runs on. */
    String backend = "";

    /** Where the run went on on another backend. */
    final List<Moved> moved = new ArrayList<>();

    /** Tokens in these steps. */
    long tokens;

    /** How many of these steps were skipped, as their loss or gradients were not finite. */
    int skipped;

    /** Seconds that these steps took. */
    double seconds;

    /** Sum of (loss * weight) over the steps since the last measurement. */
    double lossSum;

    /** Sum of these weights. */
    double weight;

    /** Seconds that the steps since the last measurement took. */
    double secondsSince;

    /** Metrics of the training outputs since the last measurement. */
    Optional<M> trained = Optional.empty();

    final List<Measurement<M>> measurements = new ArrayList<>();

    RunState(MetricsFormat<M> format) {
        this.format = format;
    }

    /** For how many steps it is and was planned. */
    PlannedRun plan() {
        return new PlannedRun(plannedSteps, replanned);
    }

    /** Whether the next step runs on another backend than the last. */
    boolean movesNow() {
        return !moved.isEmpty() && moved.get(moved.size() - 1).step() == step;
    }

    /** Says that no step follows: the backend is that of the last one. */
    void stay() {
        if (movesNow()) {
            backend = moved.remove(moved.size() - 1).backendBefore();
        }
    }

    /** The backends before the present one: {@code cpu, until step 6; nd4j, until step 9}; empty if there were none. */
    Optional<String> backendsBefore() {
        return moved.isEmpty()
                ? Optional.empty()
                : Optional.of(moved.stream()
                        .map(change -> "%s, until step %,d".formatted(change.backendBefore(), change.step()))
                        .collect(Collectors.joining("; ")));
    }

    /** Adds a step. */
    void stepped(double loss, double weightOfStep, long tokensOfStep, double secondsOfStep) {
        lossSum += loss * weightOfStep;
        weight += weightOfStep;
        passed(tokensOfStep, secondsOfStep);
    }

    /** Adds a step that was skipped. */
    void skipped(long tokensOfStep, double secondsOfStep) {
        skipped++;
        passed(tokensOfStep, secondsOfStep);
    }

    private void passed(long tokensOfStep, double secondsOfStep) {
        step++;
        tokens += tokensOfStep;
        seconds += secondsOfStep;
        secondsSince += secondsOfStep;
    }

    /** Sums over all steps so far. */
    Totals totals() {
        return new Totals(tokens, seconds, skipped);
    }

    /** The mean loss since the last measurement; NaN if all steps were skipped. */
    double loss() {
        return lossSum / weight;
    }

    /** The outcome on the texts that were trained on since the last measurement. */
    Outcome<M> training() {
        return new Outcome<>(loss(), trained, secondsSince);
    }

    /** Adds a measurement and resets the sums for the next. */
    void measured(Measurement<M> measurement) {
        measurements.add(measurement);
        lossSum = 0;
        weight = 0;
        secondsSince = 0;
        trained = Optional.empty();
    }

    /** The measurement with the best validation score; the first one if scores are equal. */
    Optional<Measurement<M>> best() {
        return format.best(measurements);
    }

    /** Number of evaluations since the best one. */
    int evaluationsSinceBest() {
        int best = best().map(measurements::indexOf).orElse(measurements.size());
        return (int) measurements.stream()
                .skip(best + 1L)
                .filter(one -> one.validation().isPresent())
                .count();
    }
}
