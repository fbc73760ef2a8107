package org.modernbert4j.freeze;

import org.modernbert4j.model.ParameterId;
import org.modernbert4j.model.ParameterId.HeadParameter;
import org.modernbert4j.model.ParameterId.LayerParameter;

/** A storey of the network; the lower, the earlier it runs. */
public sealed interface Place extends Comparable<Place> {
    /** Where a parameter is. */
    static Place of(ParameterId id) {
        if (id instanceof LayerParameter parameter) {
            return new Layer(parameter.layer());
        }
        if (id instanceof ParameterId.FinalNorm) {
            return new FinalNorm();
        }
        return id instanceof HeadParameter ? new Head() : new Embeddings();
    }

    /** Larger for what runs later: the number of a layer, less before them, more after them. */
    int height();

    @Override
    default int compareTo(Place other) {
        return Integer.compare(height(), other.height());
    }

    /** The token embedding and its normalisation. */
    record Embeddings() implements Place {
        @Override
        public int height() {
            return -1;
        }

        @Override
        public String toString() {
            return "embeddings";
        }
    }

    /**
     * One layer.
     *
     * @param number from 0
     */
    record Layer(int number) implements Place {
        @Override
        public int height() {
            return number;
        }

        @Override
        public String toString() {
            return "layer " + number;
        }
    }

    /** The final norm. */
    record FinalNorm() implements Place {
        @Override
        public int height() {
            return Integer.MAX_VALUE - 1;
        }

        @Override
        public String toString() {
            return "final norm";
        }
    }

    /** The head. */
    record Head() implements Place {
        @Override
        public int height() {
            return Integer.MAX_VALUE;
        }

        @Override
        public String toString() {
            return "head";
        }
    }
}
