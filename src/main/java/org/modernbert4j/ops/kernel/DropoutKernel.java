package org.modernbert4j.ops.kernel;

import java.nio.FloatBuffer;

/**
 * Inverted dropout whose mask is a function of a seed and the element's number: nothing is kept between the passes, and the
 * backward pass is the forward pass on the gradient.
 */
public final class DropoutKernel {
    /** The seed of a pass that drops nothing. */
    public static final long NOTHING_DROPPED = -1;

    private DropoutKernel() {}

    /**
     * Drops, or copies.
     *
     * @param x any shape
     * @param y the same shape
     * @param count elements
     * @param rate share that is set to zero; the others are divided by {@code 1 - rate}
     * @param seed which mask; {@link #NOTHING_DROPPED} copies
     * @param stream tells apart the dropouts of one graph
     */
    public static void apply(
            Workers workers, FloatBuffer x, FloatBuffer y, int count, double rate, long seed, long stream) {
        workers.split(count, (scratch, from, to) -> {
            for (int i = from; i < to; i++) {
                y.put(i, x.get(i) * factor(i, rate, seed, stream));
            }
        });
    }

    /** What element {@code i} is multiplied with: 0, or {@code 1 / (1 - rate)}, or 1 where nothing is dropped. */
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
