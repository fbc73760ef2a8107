package org.modernbert4j.report;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.modernbert4j.freeze.EpochPlan;
import org.modernbert4j.freeze.FreezePlan;

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
     * @param result of the epoch
     * @param plan of the whole run
     */
    public static String of(EpochResult result, FreezePlan plan) {
        return String.join(
                "\n",
                List.of(
                        whatTrained(result, plan),
                        row("", "loss", "accuracy", "precision", "recall", "f1"),
                        row("train", result.trainLoss(), result.train()),
                        row("validation", result.validationLoss(), result.validation()),
                        "precision, recall and f1 weighted by support; trained in "
                                + Numbers.duration(result.trainSeconds()) + ", validated in "
                                + Numbers.duration(result.validationSeconds()),
                        ""));
    }

    private static String whatTrained(EpochResult result, FreezePlan plan) {
        EpochPlan epoch = plan.epochs().get(result.epoch() - 1);
        return "epoch %s of %s: %s of %s parameters (%s): %s"
                .formatted(
                        result.epoch(),
                        plan.epochs().size(),
                        Numbers.count(result.trainable()),
                        Numbers.count(epoch.architecture().parameters()),
                        Numbers.percent(epoch.share()),
                        epoch.description());
    }

    private static String row(String name, double loss, ClassificationMetrics metrics) {
        AverageMetrics weighted = metrics.weighted();
        return row(
                name,
                Numbers.measure(loss),
                Numbers.measure(metrics.accuracy()),
                Numbers.measure(weighted.precision()),
                Numbers.measure(weighted.recall()),
                Numbers.measure(weighted.f1()));
    }

    private static String row(String name, String... columns) {
        return "%-10s".formatted(name)
                + Arrays.stream(columns).map("%11s"::formatted).collect(Collectors.joining());
    }
}
