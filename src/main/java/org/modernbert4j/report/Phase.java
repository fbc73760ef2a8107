package org.modernbert4j.report;

import java.util.ArrayList;
import java.util.List;
import org.modernbert4j.freeze.EpochPlan;
import org.modernbert4j.freeze.FreezePlan;

/**
 * Epochs one after the other in which the same trains.
 *
 * @param first of them
 * @param last of them; may be the first
 */
record Phase(EpochPlan first, EpochPlan last) {
    /** The phases of the epochs that ran. */
    static List<Phase> of(RunSummary run) {
        return of(run.epochs().stream().map(run::planOf).toList());
    }

    /** The phases of a plan. */
    static List<Phase> of(FreezePlan plan) {
        return of(plan.epochs());
    }

    private static List<Phase> of(List<EpochPlan> epochs) {
        List<Phase> phases = new ArrayList<>();
        for (EpochPlan epoch : epochs) {
            int end = phases.size() - 1;
            if (end >= 0 && phases.get(end).first.trainable().equals(epoch.trainable())) {
                phases.set(end, new Phase(phases.get(end).first, epoch));
            } else {
                phases.add(new Phase(epoch, epoch));
            }
        }
        return List.copyOf(phases);
    }

    /** {@code Epoch 1} or {@code Epochs 2–4}. */
    String title() {
        int from = first.epoch() + 1;
        int to = last.epoch() + 1;
        return from == to ? "Epoch " + from : "Epochs " + from + "\u2013" + to;
    }

    boolean contains(EpochResult result) {
        return first.epoch() < result.epoch() && result.epoch() <= last.epoch() + 1;
    }
}
