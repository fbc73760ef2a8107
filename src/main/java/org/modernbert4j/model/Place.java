package org.modernbert4j.model;

/**
 * Where in the network a parameter is. Places are in the order of use, from the embeddings to the head.
 *
 * @param height number of the layer, from 0; lower for places before the layers, higher for places after them
 * @param name as shown in descriptions and drawings
 */
public record Place(int height, String name) implements Comparable<Place> {
    /** The token embedding and its normalisation. */
    public static final Place EMBEDDINGS = new Place(-1, "embeddings");

    /** The final norm. */
    public static final Place FINAL_NORM = new Place(Integer.MAX_VALUE - 1, "final norm");

    /** The head. */
    public static final Place HEAD = new Place(Integer.MAX_VALUE, "head");

    /** The layer with a number, from 0. */
    public static Place layer(int number) {
        return new Place(number, "layer " + number);
    }

    /** Whether this is one of the layers. */
    public boolean isLayer() {
        return height > EMBEDDINGS.height && height < FINAL_NORM.height;
    }

    @Override
    public int compareTo(Place other) {
        return Integer.compare(height, other.height);
    }

    @Override
    public String toString() {
        return name;
    }
}
