package org.modernbert4j.freeze;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.model.Place;

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
        int epoch, Architecture architecture, Set<Parameter> trainable, Place lowest, Place frozenBelow) {

    /** Number of scalars that train. */
    public long parameters() {
        return trainable.stream().mapToLong(Parameter::elements).sum();
    }

    /** The scalars that train as a share of all, from 0 to 1. */
    public double share() {
        return (double) parameters() / architecture.elements();
    }

    /** How much of a place trains. */
    public Coverage coverage(Place place) {
        return coverage(parameter -> parameter.place().equals(place));
    }

    /**
     * How much of a component of a layer trains.
     *
     * @param layer from 0
     * @param component one of {@link #components}
     */
    public Coverage coverage(int layer, String component) {
        Place place = new Place.Layer(layer);
        return coverage(parameter ->
                parameter.place().equals(place) && parameter.component().equals(component));
    }

    /** What a layer is made of, as drawings tell it apart: its norms, then the rest in the order of use. */
    public List<String> components() {
        return architecture.parameters().stream()
                .filter(parameter -> parameter.place() instanceof Place.Layer)
                .sorted(Comparator.comparing(parameter -> !parameter.kind().isNorm()))
                .map(Parameter::component)
                .distinct()
                .toList();
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
                architecture.elements(),
                100 * share(),
                description(),
                lowest,
                frozenBelow instanceof Place.Embeddings ? "nothing" : "all below " + frozenBelow);
    }

    private Coverage coverage(Predicate<Parameter> of) {
        return Coverage.of(
                trainable.stream().filter(of).count(),
                architecture.parameters().stream().filter(of).count());
    }
}
