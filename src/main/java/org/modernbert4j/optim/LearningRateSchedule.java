package org.modernbert4j.optim;

import java.util.Locale;
import org.modernbert4j.SettingException;

/**
 * How the learning rate changes over the steps of a run: it rises from 0 over the warm-up, then follows its shape.
 *
 * @param shape what happens after the warm-up
 * @param warmup share of all steps in which it rises, in [0, 1)
 * @param decay share of all steps, the last ones, in which {@link Shape#WSD} falls, in [0, 1]; others fall as their shape says
 */
public record LearningRateSchedule(Shape shape, double warmup, double decay) {
    /** The course after the warm-up. */
    public enum Shape {
        /** Stays. */
        CONSTANT,
        /** Falls to 0 on a line. */
        LINEAR,
        /** Falls to 0 on half a cosine. */
        COSINE,
        /**
         * Warm-up, stable, decay: stays, and over the last steps falls to 0 as one minus the square root of what is done of them
         * (Hägele et al. 2024), the way ModernBERT was trained.
         */
        WSD;

        /** The factor at a step after the warm-up, from 0; the last steps are for the decay. */
        private double factor(int step, int steps, int falling) {
            double done = (double) step / Math.max(1, steps);
            int stable = steps - falling;
            return switch (this) {
                case CONSTANT -> 1;
                case LINEAR -> Math.max(0, 1 - done);
                case COSINE -> Math.max(0, 0.5 * (1 + StrictMath.cos(Math.PI * done)));
                case WSD -> step < stable ? 1 : 1 - Math.sqrt((double) (step - stable) / falling);
            };
        }

        /** Its name on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The share that {@link Shape#WSD} falls in, unless another is given. */
    public static final double USUAL_DECAY = 0.1;

    /** Stays from the first step on. */
    public static final LearningRateSchedule CONSTANT = of(Shape.CONSTANT, 0);

    /** Refuses a warm-up outside [0, 1) and a decay outside [0, 1]. */
    public LearningRateSchedule {
        SettingException.requireRange(
                warmup >= 0 && warmup < 1, "warmup", warmup, "a share of the steps from 0 to below 1");
        SettingException.requireRange(decay >= 0 && decay <= 1, "lr decay", decay, "a share of the steps from 0 to 1");
    }

    /** A shape after a warm-up, with the usual decay. */
    public static LearningRateSchedule of(Shape shape, double warmup) {
        return new LearningRateSchedule(shape, warmup, USUAL_DECAY);
    }

    /**
     * The factor of the learning rate, as transformers' schedulers give it.
     *
     * @param step from 0
     * @param steps of the whole run
     */
    public double factor(int step, int steps) {
        int rising = (int) Math.ceil(warmup * steps);
        if (step < rising) {
            return (double) step / rising;
        }
        int left = steps - rising;
        return shape.factor(step - rising, left, Math.min((int) Math.ceil(decay * steps), left));
    }
}
