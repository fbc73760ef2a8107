package org.modernbert4j.freeze;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.modernbert4j.InputException;
import org.modernbert4j.Numbers;
import org.modernbert4j.SettingException;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.model.Place;

/**
 * The parameters of a network that a schedule trains in each epoch.
 *
 * @param epochs at least one, in order
 */
public record FreezePlan(List<EpochPlan> epochs) {
    /** Most epochs of a plan. */
    public static final int MOST_EPOCHS = 100_000;

    /** Nobody sees more side by side. */
    private static final int MOST_DRAWN = 200;

    /** Keeps its own copy of the epochs. */
    public FreezePlan {
        epochs = List.copyOf(epochs);
        if (epochs.isEmpty()) {
            throw new IllegalArgumentException("a plan has at least one epoch");
        }
    }

    /**
     * Refuses a number of epochs that is out of range.
     *
     * @throws InputException if it is not in the range from 1 to 100,000
     */
    public static void requireEpochs(int epochs) {
        SettingException.requireRange(
                epochs >= 1 && epochs <= MOST_EPOCHS, "epochs", epochs, "a number from 1 to " + MOST_EPOCHS);
    }

    /**
     * Applies a schedule to a network.
     *
     * @param epochs number of epochs
     * @throws InputException if there are too few or too many epochs, the schedule names parameters that the network lacks, or nothing would train in an epoch
     */
    public static FreezePlan of(Schedule schedule, Architecture architecture, int epochs) {
        List<EpochPlan> plans = new ArrayList<>();
        requireEpochs(epochs);
        NavigableMap<Integer, Set<Parameter>> changes = new TreeMap<>();
        for (int epoch : schedule.changes().headMap(epochs).keySet()) {
            changes.put(epoch, trainable(schedule, architecture, epoch)); // in order, so that the first mistake is told
        }
        Place frozenBelow = Place.HEAD;
        Place lowest = Place.HEAD;
        Set<Parameter> trainable = Set.of();
        for (int epoch = epochs - 1; epoch >= 0; epoch--) {
            if (epoch == epochs - 1 || changes.containsKey(epoch + 1)) {
                trainable = changes.floorEntry(epoch).getValue();
                lowest = trainable.stream()
                        .map(Parameter::place)
                        .min(Place::compareTo)
                        .orElseThrow();
            }
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

    /** The phases that a picture shows: the first 200. */
    public List<Phase> drawnPhases() {
        return phases().stream().limit(MOST_DRAWN).toList();
    }

    /** What a picture says of the phases that it does not show; empty if it shows all. */
    public Optional<String> notDrawn() {
        int more = phases().size() - MOST_DRAWN;
        return more <= 0
                ? Optional.empty()
                : Optional.of("not drawn: " + Numbers.count(more) + " more changes, up to epoch "
                        + Numbers.count(epochs.size()));
    }

    /**
     * A drawing in plain text: one row per place, with the head at the top, and one block per phase, side by side. It has no more
     * than {@link #drawnPhases}.
     */
    public String draw() {
        return Drawing.of(drawnPhases()) + notDrawn().map(line -> line + "\n").orElse("");
    }

    /** One line for each epoch. */
    @Override
    public String toString() {
        return epochs.stream().map(EpochPlan::toString).collect(Collectors.joining("\n"));
    }

    private static Set<Parameter> trainable(Schedule schedule, Architecture architecture, int epoch) {
        String where = schedule.place(epoch) + ": ";
        try {
            Selector selector = schedule.selector(epoch);
            Set<Parameter> trainable = selector.select(architecture);
            if (trainable.isEmpty()) {
                throw new SettingException("nothing trains with \"" + selector + "\"; select at least one parameter");
            }
            return trainable;
        } catch (InputException e) {
            throw schedule.isFromFile()
                    ? new InputException(where + e.getMessage(), e)
                    : new SettingException(where + e.getMessage(), e);
        }
    }
}
