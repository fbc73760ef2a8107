package org.modernbert4j.backend;

/** The angles of rotary position embeddings (Su et al. 2021), computed in the same float32 steps as in PyTorch. */
public final class RotaryTable {
    private RotaryTable() {}

    /**
     * The table for heads of one size.
     *
     * @param headSize width of a head, even
     * @param theta base of the frequencies
     * @param positions number of positions, from 0
     * @return {@code [positions, headSize]}: for each position the cosines of its headSize / 2 angles, then their sines
     */
    public static float[] of(int headSize, double theta, int positions) {
        int half = headSize / 2;
        float[] table = new float[positions * headSize];
        for (int i = 0; i < half; i++) {
            float exponent = (float) (2 * i) / headSize;
            float frequency = 1f / (float) StrictMath.pow(theta, exponent);
            for (int position = 0; position < positions; position++) {
                float angle = position * frequency;
                table[position * headSize + i] = (float) StrictMath.cos(angle);
                table[position * headSize + half + i] = (float) StrictMath.sin(angle);
            }
        }
        return table;
    }
}
