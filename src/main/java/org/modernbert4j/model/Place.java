package org.modernbert4j.model;

/** Where in the network a parameter is; the lower, the earlier it is used. */
public sealed interface Place extends Comparable<Place> {
    /** Larger for what is used later: the number of a layer, less before them, more after them. */
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
