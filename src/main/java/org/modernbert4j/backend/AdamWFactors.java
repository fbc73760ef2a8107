package org.modernbert4j.backend;

/**
 * The factors of a step of AdamW, each computed in double precision and rounded once: with {@code g = gradientScale * gradient},
 * {@code mean += newMean * (g - mean)}, {@code square = beta2 * square + newSquare * g * g}, {@code weight = decay * weight -
 * stepSize * mean / (sqrt(square) / root + eps)}.
 */
public record AdamWFactors(
        float decay,
        float beta2,
        float newMean,
        float newSquare,
        float stepSize,
        float root,
        float eps,
        float gradientScale) {
    /** The factors of a step. */
    public static AdamWFactors of(AdamWStep step) {
        return new AdamWFactors(
                (float) (1 - step.learningRate() * step.weightDecay()),
                (float) step.beta2(),
                (float) (1 - step.beta1()),
                (float) (1 - step.beta2()),
                (float) (step.learningRate() / (1 - StrictMath.pow(step.beta1(), step.step()))),
                (float) Math.sqrt(1 - StrictMath.pow(step.beta2(), step.step())),
                (float) step.eps(),
                (float) step.gradientScale());
    }

    /**
     * Whether a step only decays weights whose moments and gradient are zero. If eps is 0, or the scale is infinite or NaN
     * because a gradient overflowed, the step makes them NaN.
     */
    public boolean onlyDecayAtZero() {
        return eps > 0 && Float.isFinite(gradientScale);
    }
}
