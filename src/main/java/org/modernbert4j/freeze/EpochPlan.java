package org.modernbert4j.freeze;

import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.ParameterId;
import org.modernbert4j.model.ParameterId.LayerParameter;

/**
 * What trains in one epoch.
 *
 * @param epoch from 0
 * @param architecture the network
 * @param trainable its parameters that train, in its order; at least one
 * @param lowest where the lowest of them is: there the backward pass ends
 * @param frozenBelow the lowest place at which anything trains in this or a later epoch: what the places below it give for a text
 *     does not change any more
 */
public record EpochPlan(
        int epoch, Architecture architecture, Set<ParameterId> trainable, Place lowest, Place frozenBelow) {

    /** Number of scalars that train. */
    public long parameters() {
        return trainable.stream().mapToLong(architecture::parameters).sum();
    }

    /** The scalars that train as a share of all, from 0 to 1. */
    public double share() {
        return (double) parameters() / architecture.parameters();
    }

    /** How much of a place trains. */
    public Coverage coverage(Place place) {
        return coverage(id -> Place.of(id).equals(place));
    }

    /**
     * How much of a component trains.
     *
     * @param layer from 0
     * @param component of that layer
     */
    public Coverage coverage(int layer, Component component) {
        return coverage(id -> id instanceof LayerParameter parameter
                && parameter.layer() == layer
                && Component.of(parameter.role()) == component);
    }

    /** What trains, from the embeddings up, in a few words: {@code embeddings, q k v of layers 0-10, final norm, head}. */
    public String description() {
        return Description.of(this);
    }

    /** One line for a reader. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "epoch %d: %,d of %,d (%.2f %%): %s; backward pass ends at: %s; frozen from now on: %s",
                epoch + 1,
                parameters(),
                architecture.parameters(),
                100 * share(),
                description(),
                lowest,
                frozenBelow instanceof Place.Embeddings ? "nothing" : "all below " + frozenBelow);
    }

    private Coverage coverage(Predicate<ParameterId> of) {
        return Coverage.of(
                trainable.stream().filter(of).count(),
                architecture.shapes().keySet().stream().filter(of).count());
    }
}
