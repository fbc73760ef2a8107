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

    /**
     * The angles of rotary position embeddings (Su et al. 2021), computed in the same float32 steps as in PyTorch.
     *
     * @param theta base of the frequencies
     * @param positions number of positions, from 0
     * @return {@code [positions, headSize]}: for each position the cosines of its headSize / 2 angles, then their sines
     */
    public float[] rotaryTable(double theta, int positions) {
        int half = headSize / 2;
        float[] table = new float[positions * headSize];
        for (int i = 0; i < half; i++) {
            float exponent = (float) (2 * i) / headSize;
            float frequency = 1f / (float) Math.pow(theta, exponent);
            for (int position = 0; position < positions; position++) {
                float angle = position * frequency;
                table[position * headSize + i] = (float) Math.cos(angle);
                table[position * headSize + half + i] = (float) Math.sin(angle);
            }
        }
        return table;
    }
}
