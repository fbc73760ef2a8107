package org.modernbert4j.model;

import java.nio.FloatBuffer;
import java.util.SplittableRandom;

/** The initial values of a parameter that no checkpoint provides. */
public sealed interface Initialization {
    /**
     * One number.
     *
     * @param random source of random numbers
     */
    float next(SplittableRandom random);

    /**
     * Fills a parameter. The values depend only on the seed and the parameter's name.
     *
     * @param into the parameter's memory; filled from the first element to the limit
     */
    default void fill(String name, long seed, FloatBuffer into) {
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + name.hashCode());
        for (int i = 0; i < into.limit(); i++) {
            into.put(i, next(random));
        }
    }

    /**
     * The same number everywhere.
     *
     * @param value the number
     */
    record Constant(float value) implements Initialization {
        /** Ones. */
        public static final Constant ONES = new Constant(1);

        /** Zeros. */
        public static final Constant ZEROS = new Constant(0);

        @Override
        public float next(SplittableRandom random) {
            return value;
        }
    }

    /**
     * Uniform in {@code [-bound, bound)}.
     *
     * @param bound above 0
     */
    record Uniform(double bound) implements Initialization {
        @Override
        public float next(SplittableRandom random) {
            return (float) ((2 * random.nextDouble() - 1) * bound);
        }
    }

    /**
     * A normal distribution around 0 with its tails cut off.
     *
     * @param deviation standard deviation
     * @param cutoff a number further from 0 than this many standard deviations is drawn again
     */
    record TruncatedNormal(double deviation, double cutoff) implements Initialization {
        @Override
        public float next(SplittableRandom random) {
            double value = random.nextGaussian();
            while (Math.abs(value) > cutoff) {
                value = random.nextGaussian();
            }
            return (float) (deviation * value);
        }
    }
}
