package org.modernbert4j.report;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.modernbert4j.Numbers;
import org.modernbert4j.freeze.EpochPlan;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.task.Measurement;
import org.modernbert4j.task.Outcome;

/** What an epoch gave, in a few lines for a terminal. */
public final class EpochText {
    private EpochText() {}

    /**
     * A line on what trained, a small table and a line on the time that it took:
     *
     * <pre>
     * epoch 2 of 3: 110,343,185 of 149,027,345 parameters (74.04 %): layers 0-21, head
     *                   loss   accuracy  precision     recall         f1
     * train           0.4312     0.8712     0.8722     0.8712     0.8710
     * validation      0.5123     0.8412     0.8431     0.8412     0.8401
     * precision, recall and f1 weighted by support; trained in 4 min 05 s, validated in 12.3 s
     * </pre>
     *
     * @param measurement after the epoch
     * @param plan of the whole run
     */
    public static String of(Measurement<ClassificationMetrics> measurement, FreezePlan plan) {
        return String.join(
                "\n",
                List.of(
                        whatTrained(measurement, plan),
                        row("", "loss", "accuracy", "precision", "recall", "f1"),
                        row("train", measurement.training()),
                        row("validation", measurement.requireValidation()),
                        "precision, recall and f1 weighted by support; trained in "
                                + Numbers.duration(measurement.training().seconds()) + ", validated in "
                                + Numbers.duration(
                                        measurement.requireValidation().seconds()),
                        ""));
    }

    private static String whatTrained(Measurement<ClassificationMetrics> measurement, FreezePlan plan) {
        EpochPlan epoch = plan.epochs().get(measurement.epoch() - 1);
        return "epoch %s of %s: %s of %s parameters (%s): %s"
                .formatted(
                        measurement.epoch(),
                        plan.epochs().size(),
                        Numbers.count(measurement.trainable()),
                        Numbers.count(epoch.architecture().elements()),
                        Numbers.percent(epoch.share()),
                        epoch.description());
    }

    private static String row(String name, Outcome<ClassificationMetrics> outcome) {
        return row(
                name,
                Stream.concat(Stream.of(outcome.loss()), outcome.requireMetrics().headline().stream())
                        .map(Numbers::metric)
                        .toArray(String[]::new));
    }

    private static String row(String name, String... columns) {
        return "%-10s".formatted(name)
                + Arrays.stream(columns).map("%11s"::formatted).collect(Collectors.joining());
    }
}
