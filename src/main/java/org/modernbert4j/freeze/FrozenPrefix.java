package org.modernbert4j.freeze;

import java.util.Optional;
import java.util.Set;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.ModernBert;
import org.modernbert4j.model.Place;

/**
 * The part of the network below the lowest trainable parameter, for consecutive epochs that train the same parameters. In all of
 * these epochs it computes the same output for a text.
 *
 * @param variable the variable that holds its output
 * @param onePerText whether the output has one row per text instead of one per token
 * @param endEpoch the first epoch after these, from 0
 */
public record FrozenPrefix(String variable, boolean onePerText, int endEpoch) {
    private static final Set<String> FIRST_ROW = Set.of(ModernBert.pooled(Pooling.CLS));
    private static final Set<String> MEAN = Set.of(ModernBert.pooled(Pooling.MEAN));

    /**
     * The prefix of an epoch; empty if only one epoch would use it, or if it contains no layer.
     *
     * @param plan the plan of the whole run
     * @param epoch from 0
     */
    public static Optional<FrozenPrefix> of(FreezePlan plan, int epoch) {
        return of(plan.phases().stream()
                .filter(one -> one.contains(epoch))
                .findFirst()
                .orElseThrow());
    }

    /** The prefix of the epochs of a phase. */
    public static Optional<FrozenPrefix> of(Phase phase) {
        Place lowest = phase.first().lowest();
        if (phase.first().equals(phase.last()) || lowest.compareTo(Place.layer(0)) <= 0) {
            return Optional.empty();
        }
        return Optional.of(of(phase.first().architecture(), lowest, phase.last().epoch() + 1));
    }

    private static FrozenPrefix of(Architecture architecture, Place lowest, int end) {
        int layers = architecture.config().encoder().layers();
        Set<String> read = architecture.headReads();
        if (lowest.layer().isPresent()) {
            return new FrozenPrefix(ModernBert.hiddenState(lowest.layer().getAsInt()), false, end);
        }
        if (read.size() > 1 && read.containsAll(FIRST_ROW)) {
            // The first row needs only part of the last layer, other values all of it: end the prefix below that layer.
            return new FrozenPrefix(ModernBert.hiddenState(layers - 1), false, end);
        }
        boolean firstRow = read.equals(FIRST_ROW);
        if (lowest.equals(Place.FINAL_NORM)) {
            String variable = firstRow ? ModernBert.FIRST_BEFORE_FINAL_NORM : ModernBert.BEFORE_FINAL_NORM;
            return new FrozenPrefix(variable, firstRow, end);
        }
        boolean onePerText = firstRow || read.equals(MEAN);
        return new FrozenPrefix(onePerText ? read.iterator().next() : ModernBert.hiddenState(layers), onePerText, end);
    }
}
