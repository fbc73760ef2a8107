package org.modernbert4j.backend;

/** The mask of inverted dropout. It is a function of the seed and the element's number, so no pass stores it. */
public final class DropoutMask {
    /** The seed of a pass that drops nothing. */
    public static final long NOTHING_DROPPED = -1;

    private DropoutMask() {}

    /**
     * The factor of element {@code i}: 0, or {@code 1 / (1 - rate)}, or 1 where nothing is dropped.
     *
     * @param i number of the element
     * @param rate share of elements that are set to zero
     * @param seed of the mask; {@link #NOTHING_DROPPED} for no dropout
     * @param stream number of the dropout op in its graph
     */
    public static float factor(long i, double rate, long seed, long stream) {
        if (seed == NOTHING_DROPPED) {
            return 1f;
        }
        return uniform(mix(mix(seed) + stream) + i) < rate ? 0f : (float) (1 / (1 - rate));
    }

    private static double uniform(long z) {
        return (mix(z) >>> 11) * 0x1p-53;
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
    private static long mix(long state) {
        long z = state + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
