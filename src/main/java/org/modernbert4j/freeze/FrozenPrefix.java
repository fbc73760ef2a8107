package org.modernbert4j.freeze;

import java.util.Optional;
import java.util.Set;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.ModernBert;
import org.modernbert4j.model.Place;

/**
 * The part of the network below all that trains, over the consecutive epochs that train the same parameters: what it gives for a
 * text is the same in each of them.
 *
 * @param variable the last that it computes
 * @param onePerText whether that has one row a text, instead of one a token
 * @param endEpoch the first epoch, from 0, that it does not hold for
 */
public record FrozenPrefix(String variable, boolean onePerText, int endEpoch) {
    private static final Set<String> FIRST_ROW = Set.of(ModernBert.pooled(Pooling.CLS));
    private static final Set<String> MEAN = Set.of(ModernBert.pooled(Pooling.MEAN));

    /**
     * The prefix of an epoch; empty where it would be used once only, or has no layer.
     *
     * @param plan of the whole run
     * @param epoch from 0
     */
    public static Optional<FrozenPrefix> of(FreezePlan plan, int epoch) {
        Phase phase = plan.phases().stream()
                .filter(one -> one.contains(epoch))
                .findFirst()
                .orElseThrow();
        if (phase.length() < 2) {
            return Optional.empty();
        }
        int end = phase.last().epoch() + 1;
        Architecture architecture = phase.first().architecture();
        int layers = architecture.config().encoder().layers();
        Set<String> read = architecture.headReads();
        Place lowest = phase.first().lowest();
        if (lowest instanceof Place.Embeddings || lowest.height() == 0) {
            return Optional.empty();
        }
        if (lowest instanceof Place.Layer layer) {
            return Optional.of(new FrozenPrefix(ModernBert.hiddenState(layer.number()), false, end));
        }
        if (read.size() > 1
                && read.containsAll(FIRST_ROW)) { // which skips most of the last layer, so the rest needs its own
            return Optional.of(new FrozenPrefix(ModernBert.hiddenState(layers - 1), false, end));
        }
        if (lowest instanceof Place.FinalNorm) {
            return Optional.of(
                    read.equals(FIRST_ROW)
                            ? new FrozenPrefix(ModernBert.FIRST_BEFORE_FINAL_NORM, true, end)
                            : new FrozenPrefix(ModernBert.BEFORE_FINAL_NORM, false, end));
        }
        return Optional.of(
                read.equals(FIRST_ROW) || read.equals(MEAN)
                        ? new FrozenPrefix(read.iterator().next(), true, end)
                        : new FrozenPrefix(ModernBert.hiddenState(layers), false, end));
    }
}
