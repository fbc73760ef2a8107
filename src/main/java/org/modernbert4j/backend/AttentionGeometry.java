package org.modernbert4j.backend;

/**
 * How the heads of attention are cut and how far they see.
 *
 * @param heads number of heads
 * @param headSize width of a head, even
 * @param radius a query at i sees the keys at j with {@code |i - j| <= radius}; {@link Integer#MAX_VALUE} for all
 * @param firstRowOnly whether only the first row of each text has a query, so that queries and context are {@code [texts, hidden]}
 */
public record AttentionGeometry(int heads, int headSize, int radius, boolean firstRowOnly) {
    /** Width of a row. */
    public int hidden() {
        return heads * headSize;
    }
}
