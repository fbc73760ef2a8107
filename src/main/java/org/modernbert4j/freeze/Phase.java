package org.modernbert4j.freeze;

import java.util.ArrayList;
import java.util.List;

/**
 * Consecutive epochs that train the same parameters.
 *
 * @param first the first of these epochs
 * @param last the last of these epochs; may be the first
 */
public record Phase(EpochPlan first, EpochPlan last) {
    /** Groups epochs into phases. */
    public static List<Phase> of(List<EpochPlan> epochs) {
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

    /** Whether the phase contains an epoch, counted from 0. */
    public boolean contains(int epoch) {
        return first.epoch() <= epoch && epoch <= last.epoch();
    }

    /** A title: {@code Epoch 1} or {@code Epochs 2–4}. */
    public String title() {
        int from = first.epoch() + 1;
        int to = last.epoch() + 1;
        return from == to ? "Epoch " + from : "Epochs " + from + "\u2013" + to;
    }

    /** What trains, in one line of text: that of the epoch, or {@code epochs 2 to 4: ...}. */
    @Override
    public String toString() {
        return first.epoch() == last.epoch()
                ? first.toString()
                : "epochs " + (first.epoch() + 1) + " to " + (last.epoch() + 1) + ": " + first.details();
    }
}
