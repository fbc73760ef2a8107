package org.modernbert4j.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.modernbert4j.task.Measurement;
import org.modernbert4j.task.Measurement.Outcome;
import org.modernbert4j.task.MetricsFormat;

/** The state of a run between two steps; with the weights and the optimizer's state it is all that a resumed run needs. */
final class RunState<M> {
    private final MetricsFormat<M> format;

    /** Optimizer steps so far. */
    int step;

    /** Tokens that they have seen. */
    long tokens;

    /** Seconds that they have taken. */
    double seconds;

    /** Sum of the steps' losses since the last measurement, each times its weight. */
    double lossSum;

    /** Sum of these weights. */
    double weight;

    /** Seconds that the steps have taken since the last measurement. */
    double secondsSince;

    /** Metrics of the outputs since the last measurement. */
    Optional<M> trained = Optional.empty();

    final List<Measurement<M>> measurements = new ArrayList<>();

    RunState(MetricsFormat<M> format) {
        this.format = format;
    }

    /** A step has been taken. */
    void stepped(double loss, double weightOfStep, long tokensOfStep, double secondsOfStep) {
        step++;
        lossSum += loss * weightOfStep;
        weight += weightOfStep;
        tokens += tokensOfStep;
        seconds += secondsOfStep;
        secondsSince += secondsOfStep;
    }

    /** The mean loss since the last measurement. */
    double loss() {
        return lossSum / weight;
    }

    /** The outcome on the texts that were learnt from since the last measurement. */
    Outcome<M> training() {
        return new Outcome<>(loss(), trained, secondsSince);
    }

    /** A measurement has been made; the next begins. */
    void measured(Measurement<M> measurement) {
        measurements.add(measurement);
        lossSum = 0;
        weight = 0;
        secondsSince = 0;
        trained = Optional.empty();
    }

    /** The measurement with the best score on the validation texts, the first of equals. */
    Optional<Measurement<M>> best() {
        return format.best(measurements);
    }

    /** How many evaluations have been no better than the best. */
    int evaluationsSinceBest() {
        int best = best().map(measurements::indexOf).orElse(measurements.size());
        return (int) measurements.stream()
                .skip(best + 1L)
                .filter(one -> one.validation().isPresent())
                .count();
    }
}
