package org.modernbert4j.freeze;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.modernbert4j.InputException;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.model.Place;

/**
 * The parameters of a network that a schedule trains in each epoch.
 *
 * @param epochs at least one, in order
 */
public record FreezePlan(List<EpochPlan> epochs) {
    /** Keeps its own copy of the epochs. */
    public FreezePlan {
        epochs = List.copyOf(epochs);
        if (epochs.isEmpty()) {
            throw new IllegalArgumentException("a plan has at least one epoch");
        }
    }

    /**
     * Applies a schedule to a network.
     *
     * @param epochs number of epochs, at least 1
     * @throws InputException if the schedule names parameters that the network lacks, or nothing would train in an epoch
     */
    public static FreezePlan of(Schedule schedule, Architecture architecture, int epochs) {
        List<EpochPlan> plans = new ArrayList<>();
        Place frozenBelow = Place.HEAD;
        for (int epoch = epochs - 1; epoch >= 0; epoch--) {
            Set<Parameter> trainable = trainable(schedule, architecture, epoch);
            Place lowest = trainable.stream()
                    .map(Parameter::place)
                    .min(Place::compareTo)
                    .orElseThrow();
            frozenBelow = lowest.compareTo(frozenBelow) < 0 ? lowest : frozenBelow;
            plans.add(new EpochPlan(epoch, architecture, trainable, lowest, frozenBelow));
        }
        Collections.reverse(plans);
        return new FreezePlan(plans);
    }

    /** The epochs, grouped into phases. */
    public List<Phase> phases() {
        return Phase.of(epochs);
    }

    /**
     * A drawing in plain text: one row per place, with the head at the top, and one block per phase, side by side.
     */
    public String draw() {
        return Drawing.of(phases());
    }

    /** One line for each epoch. */
    @Override
    public String toString() {
        return epochs.stream().map(EpochPlan::toString).collect(Collectors.joining("\n"));
    }

    private static Set<Parameter> trainable(Schedule schedule, Architecture architecture, int epoch) {
        String where = "schedule \"" + schedule.name() + "\" epoch " + (epoch + 1) + ": ";
        try {
            Selector selector = schedule.selector(epoch);
            Set<Parameter> trainable = selector.select(architecture);
            if (trainable.isEmpty()) {
                throw new InputException("nothing trains with \"" + selector + "\"; select at least one parameter");
            }
            return trainable;
        } catch (InputException e) {
            throw new InputException(where + e.getMessage(), e);
        }
    }
}
