package org.modernbert4j.backend;

/**
 * The heads of attention and the distance that they see.
 *
 * @param heads number of heads
 * @param headSize width of a head, even
 * @param radius a query at i sees the keys at j with {@code |i - j| <= radius}; {@link Integer#MAX_VALUE} for all keys
 * @param firstRowOnly whether only the first row of each text has a query; then queries and context are {@code [texts, hidden]}
 */
public record AttentionGeometry(int heads, int headSize, int radius, boolean firstRowOnly) {
    /** Width of a row. */
    public int hidden() {
        return heads * headSize;
    }

    /** The integer attributes of an attention op: this geometry and the precision of the products. */
    public long[] toAttributes(Precision precision) {
        return new long[] {heads, headSize, radius, firstRowOnly ? 1 : 0, precision == Precision.BFLOAT16 ? 1 : 0};
    }

    /** The geometry in attributes from {@link #toAttributes}. */
    public static AttentionGeometry of(long[] attributes) {
        return new AttentionGeometry((int) attributes[0], (int) attributes[1], (int) attributes[2], attributes[3] == 1);
    }

    /** The precision in attributes from {@link #toAttributes}. */
    public static Precision precision(long[] attributes) {
        return attributes[4] == 1 ? Precision.BFLOAT16 : Precision.FLOAT32;
    }
}
