package org.modernbert4j.train;

import java.util.Optional;
import org.modernbert4j.freeze.FreezePlan;
import org.modernbert4j.freeze.Phase;
import org.modernbert4j.freeze.Place;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.model.Network;

/**
 * The part of the network below all that trains, over the consecutive epochs that train the same parameters: what it gives for a
 * text is the same in each of them.
 *
 * @param variable the last that it computes
 * @param onePerText whether that has one row a text, instead of one a token
 * @param endEpoch the first epoch, from 0, that it does not hold for
 */
public record FrozenPrefix(String variable, boolean onePerText, int endEpoch) {
    /**
     * The prefix of an epoch; empty where it would be used once only, or has no layer.
     *
     * @param plan of the whole run
     * @param epoch from 0
     * @param head of the network
     */
    public static Optional<FrozenPrefix> of(FreezePlan plan, int epoch, Head head) {
        Phase phase = plan.phases().stream()
                .filter(one -> one.contains(epoch))
                .findFirst()
                .orElseThrow();
        if (phase.length() < 2) {
            return Optional.empty();
        }
        int end = phase.last().epoch() + 1;
        Place lowest = phase.first().lowest();
        ModernBertConfig config = phase.first().architecture().config();
        if (lowest instanceof Place.Layer layer) {
            return layer.number() == 0
                    ? Optional.empty()
                    : Optional.of(new FrozenPrefix(Network.hiddenState(layer.number()), false, end));
        }
        if (lowest instanceof Place.FinalNorm) {
            return Optional.of(
                    head.seesFirstRowOnly(config)
                            ? new FrozenPrefix(Network.FIRST_BEFORE_FINAL_NORM, true, end)
                            : new FrozenPrefix(Network.BEFORE_FINAL_NORM, false, end));
        }
        if (lowest instanceof Place.Head) {
            int layers = config.layers();
            return Optional.of(
                    head.pools()
                            ? new FrozenPrefix(Network.POOLED, true, end)
                            : new FrozenPrefix(Network.hiddenState(layers), false, end));
        }
        return Optional.empty();
    }
}
