package org.modernbert4j.model;

import java.util.Locale;
import java.util.OptionalInt;

/** Where in the network a parameter is. Places are in the order of use, from the embeddings to the head. */
public final class Place implements Comparable<Place> {
    /** The token embedding and its normalisation. */
    public static final Place EMBEDDINGS = new Place(Part.EMBEDDINGS, OptionalInt.empty());

    /** The final norm. */
    public static final Place FINAL_NORM = new Place(Part.FINAL_NORM, OptionalInt.empty());

    /** The head. */
    public static final Place HEAD = new Place(Part.HEAD, OptionalInt.empty());

    private enum Part {
        EMBEDDINGS,
        LAYER,
        FINAL_NORM,
        HEAD
    }

    private final Part part;
    private final OptionalInt layer;

    private Place(Part part, OptionalInt layer) {
        this.part = part;
        this.layer = layer;
    }

    /** The layer with a number, from 0. */
    public static Place layer(int number) {
        return new Place(Part.LAYER, OptionalInt.of(number));
    }

    /** The number of the layer, from 0; empty if this is none of the layers. */
    public OptionalInt layer() {
        return layer;
    }

    @Override
    public int compareTo(Place other) {
        return part == other.part
                ? Integer.compare(layer.orElse(0), other.layer.orElse(0))
                : part.compareTo(other.part);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Place place && compareTo(place) == 0;
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    /** The name in descriptions and drawings. */
    @Override
    public String toString() {
        String name = part.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return layer.isPresent() ? name + " " + layer.getAsInt() : name;
    }
}
