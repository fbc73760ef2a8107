package org.modernbert4j.cost;

import org.modernbert4j.model.Place;

/** A piece of a network that costs time or memory. */
sealed interface Stage {
    /** Where it is. */
    Place place();

    /** Multiplications and additions of the forward pass over a text of so many rows. */
    double forward(int rows);

    /** The same of the backward pass. */
    double backward(int rows);

    /** Numbers that are kept of each row until the backward pass. */
    long kept();

    /**
     * A product with a weight matrix.
     *
     * @param place where
     * @param in columns of what is multiplied
     * @param out columns of the result
     * @param ofFirstRow whether only the first row of a text is multiplied
     * @param towardsInput whether the gradient goes on to the input
     * @param towardsWeight whether the matrix trains
     * @param kept numbers of a row that only this keeps
     */
    record Product(
            Place place, long in, long out, boolean ofFirstRow, boolean towardsInput, boolean towardsWeight, long kept)
            implements Stage {
        @Override
        public double forward(int rows) {
            return 2.0 * (ofFirstRow ? 1 : rows) * in * out;
        }

        @Override
        public double backward(int rows) {
            return forward(rows) * ((towardsInput ? 1 : 0) + (towardsWeight ? 1 : 0));
        }
    }

    /**
     * Attention without its projections.
     *
     * @param place where
     * @param hidden width of a row
     * @param radius how far a query sees to each side
     * @param ofFirstRow whether only the first row of a text asks
     * @param differentiated whether the backward pass comes through
     */
    record Attention(Place place, long hidden, int radius, boolean ofFirstRow, boolean differentiated)
            implements Stage {
        /** Scores and context. */
        private static final int FORWARD_PRODUCTS = 2;

        /** Scores again, and the gradients of probabilities, queries, keys and values. */
        private static final int BACKWARD_PRODUCTS = 5;

        @Override
        public double forward(int rows) {
            return FORWARD_PRODUCTS * product(rows);
        }

        @Override
        public double backward(int rows) {
            return differentiated ? BACKWARD_PRODUCTS * product(rows) : 0;
        }

        private double product(int rows) {
            return 2.0 * (ofFirstRow ? 1 : rows) * Math.min(rows, 2L * radius + 1) * hidden;
        }

        /** Keys and values; queries and context. */
        @Override
        public long kept() {
            return differentiated ? (ofFirstRow ? 2 : 4) * hidden : 0;
        }
    }

    /**
     * What takes next to no time: a normalisation, a gate.
     *
     * @param place where
     * @param kept numbers of a row that its gradient needs
     */
    record Pointwise(Place place, long kept) implements Stage {
        @Override
        public double forward(int rows) {
            return 0;
        }

        @Override
        public double backward(int rows) {
            return 0;
        }
    }
}
