package org.modernbert4j.cost;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import org.modernbert4j.cost.StageLayers.Stage;
import org.modernbert4j.freeze.EpochPlan;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.freeze.FrozenPrefix;
import org.modernbert4j.freeze.Phase;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.EncoderConfig;
import org.modernbert4j.model.Parameter;

/**
 * The estimated cost of an epoch, from sizes only. The estimate counts matrix products and neglects everything else.
 *
 * @param plan what trains
 * @param prefix the frozen layers that run only once per text; empty if there are none
 * @param prefixKnown whether an earlier epoch has computed the prefix
 * @param cacheBytes size of the prefix's outputs, in memory or in a file
 * @param flops multiplications and additions in training and evaluation
 * @param memory bytes of weights, gradients, moments and the activations that a step keeps for its backward pass
 */
public record EpochCost(
        EpochPlan plan,
        Optional<FrozenPrefix> prefix,
        boolean prefixKnown,
        long cacheBytes,
        double flops,
        long memory) {
    /** Numbers per trainable number: a gradient and two moments. */
    private static final int NUMBERS_TO_TRAIN_ONE = 3;

    /** Estimates each epoch of a plan. */
    public static List<EpochCost> of(FreezePlan plan, Workload work) {
        List<EpochCost> costs = new ArrayList<>();
        Set<Parameter> trainedSoFar = new HashSet<>();
        for (Phase phase : plan.phases()) {
            trainedSoFar.addAll(phase.first().trainable());
            long trained = trainedSoFar.stream().mapToLong(Parameter::elements).sum();
            Optional<FrozenPrefix> prefix = FrozenPrefix.of(phase);
            EpochCost first = of(phase.first(), prefix, false, trained, work);
            EpochCost later = prefix.isPresent() ? of(phase.first(), prefix, true, trained, work) : first;
            costs.add(first);
            plan.epochs().subList(phase.first().epoch() + 1, phase.last().epoch() + 1).stream()
                    .map(later::in)
                    .forEach(costs::add);
        }
        return costs;
    }

    private static EpochCost of(
            EpochPlan epoch, Optional<FrozenPrefix> prefix, boolean known, long trained, Workload work) {
        Architecture architecture = epoch.architecture();
        List<Stage> stages = StageLayers.of(epoch);
        return new EpochCost(
                epoch,
                prefix,
                known,
                prefix.map(present ->
                                cacheBytes(present, work, architecture.config().encoder()))
                        .orElse(0L),
                flops(stages, epoch, known, work),
                memory(stages, architecture, epoch.parameters(), trained, work.largestBatch()));
    }

    private EpochCost in(EpochPlan epoch) {
        return new EpochCost(epoch, prefix, prefixKnown, cacheBytes, flops, memory);
    }

    /** Whether nothing but the epoch's number differs. */
    public boolean isLike(EpochCost other) {
        return plan.trainable().equals(other.plan.trainable()) && in(other.plan).equals(other);
    }

    /** Seconds that the epoch takes at a speed. */
    public double seconds(double flopsPerSecond) {
        return flops / flopsPerSecond;
    }

    private static long cacheBytes(FrozenPrefix prefix, Workload work, EncoderConfig encoder) {
        return (prefix.onePerText() ? work.texts() : work.rows()) * encoder.hiddenSize() * Float.BYTES;
    }

    private static double flops(List<Stage> stages, EpochPlan epoch, boolean prefixKnown, Workload work) {
        List<Stage> run = stages.stream()
                .filter(stage -> !prefixKnown || stage.place().compareTo(epoch.lowest()) >= 0)
                .toList();
        double train = each(work.train(), rows -> sum(run, stage -> stage.forward(rows) + stage.backward(rows)));
        return train + each(work.validation(), rows -> sum(run, stage -> stage.forward(rows)));
    }

    /** The cost of texts with these rows; that of each length is computed once. */
    private static double each(int[] texts, IntToDoubleFunction cost) {
        int[] sorted = texts.clone();
        Arrays.sort(sorted);
        double sum = 0;
        int from = 0;
        while (from < sorted.length) {
            int to = from;
            while (to < sorted.length && sorted[to] == sorted[from]) {
                to++;
            }
            sum += (to - from) * cost.applyAsDouble(sorted[from]);
            from = to;
        }
        return sum;
    }

    private static long memory(
            List<Stage> stages, Architecture architecture, long trainable, long trainedSoFar, long rows) {
        EncoderConfig encoder = architecture.config().encoder();
        long kept = stages.stream().mapToLong(Stage::kept).sum();
        long passing = 3L * encoder.hiddenSize() + 3L * encoder.mlp().intermediateSize(); // of the running layer
        long toTrain = trainable + (NUMBERS_TO_TRAIN_ONE - 1) * trainedSoFar; // moments are kept after their epoch
        return Float.BYTES * (architecture.elements() + toTrain + (kept + passing) * rows);
    }

    private static double sum(List<Stage> stages, ToDoubleFunction<Stage> cost) {
        return stages.stream().mapToDouble(cost).sum();
    }
}
