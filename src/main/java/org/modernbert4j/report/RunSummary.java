package org.modernbert4j.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.modernbert4j.freeze.EpochPlan;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.freeze.Phase;

/**
 * A training run, as its reports tell it.
 *
 * @param title what the run is called
 * @param settings what was asked for, by name, in the order to show it in; {@code model} is where the weights came from
 * @param environment what it ran on, by name, in the order to show it in
 * @param plan what was to train in each epoch
 * @param epochs what each epoch gave, at least one, in rising order; a run that stopped early has fewer than its plan
 * @param bestEpoch number of the epoch whose network was kept, from 1
 * @param notes what a reader should know besides, one line each: rows left out, weights that were not loaded
 */
public record RunSummary(
        String title,
        Map<String, String> settings,
        Map<String, String> environment,
        FreezePlan plan,
        List<EpochResult> epochs,
        int bestEpoch,
        List<String> notes) {
    /**
     * Keeps its own copies.
     *
     * @throws IllegalArgumentException if there is no epoch, one that the plan lacks, or no best one
     */
    public RunSummary {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        epochs = List.copyOf(epochs);
        notes = List.copyOf(notes);
        int planned = plan.epochs().size();
        if (epochs.isEmpty() || epochs.get(epochs.size() - 1).epoch() > planned) {
            throw new IllegalArgumentException("results of " + epochs.size() + " epochs for a plan of " + planned);
        }
        find(epochs, bestEpoch);
    }

    /** What the best epoch gave. */
    public EpochResult best() {
        return find(epochs, bestEpoch);
    }

    /** What trained in an epoch. */
    public EpochPlan planOf(EpochResult result) {
        return plan.epochs().get(result.epoch() - 1);
    }

    /** Time that all epochs took. */
    public double seconds() {
        return epochs.stream()
                .mapToDouble(result -> result.trainSeconds() + result.validationSeconds())
                .sum();
    }

    private static EpochResult find(List<EpochResult> epochs, int number) {
        return epochs.stream()
                .filter(result -> result.epoch() == number)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no result of epoch " + number));
    }

    /** The phases of the epochs that ran. */
    List<Phase> phases() {
        return Phase.of(epochs.stream().map(this::planOf).toList());
    }
}
