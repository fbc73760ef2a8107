package org.modernbert4j.ops.kernel;

/** Elementary functions in float32, a few units in the last place from exact, without branches that depend on the argument. */
@SuppressWarnings("FloatingPointLiteralPrecision") // coefficients as they are published
final class FloatMath {
    private static final float LOG2_E = 1.44269504f;
    private static final float ROUND_TO_INTEGER =
            12582912f; // 1.5 * 2^23: adding it leaves the nearest integer in the mantissa
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;
    private static final float INVERSE_SQRT_2PI = 0.39894228f;

    private FloatMath() {}

    /** e to the x for x from -87 to 88, relative error below 1e-7; 0 below that, and e to the 88 above. */
    static float exp(float x) {
        float clamped = x < -87f ? -87f : x > 88f ? 88f : x; // Math.min and Math.max take care of zeros' signs: slower
        float shifted = clamped * LOG2_E + ROUND_TO_INTEGER;
        float power = shifted - ROUND_TO_INTEGER;
        float r = (clamped - power * LN2_HIGH) - power * LN2_LOW;
        float p = 1.9875691500e-4f;
        p = p * r + 1.3981999507e-3f;
        p = p * r + 8.3334519073e-3f;
        p = p * r + 4.1665795894e-2f;
        p = p * r + 1.6666665459e-1f;
        p = p * r + 5.0000001201e-1f;
        p = p * r * r + r + 1f;
        float scale = Float.intBitsToFloat((Float.floatToRawIntBits(shifted) << 23) + (127 << 23));
        return x < -87f ? 0f : p * scale;
    }

    /** The logistic function. */
    static float sigmoid(float x) {
        return 1f / (1f + exp(-x));
    }

    /** The hyperbolic tangent; absolute error below 2e-7. */
    static float tanh(float x) {
        return 2f * sigmoid(2f * x) - 1f;
    }

    /** The density of the standard normal distribution, times the square root of two pi. */
    static float gaussian(float x) {
        return exp(-0.5f * x * x);
    }

    /**
     * The distribution function of the standard normal distribution; absolute error below 3e-7.
     *
     * <p>Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26, which PyTorch's vectorised erf uses as well.
     *
     * @param gaussian {@link #gaussian} of x
     */
    static float normalCdf(float x, float gaussian) {
        float t = 1f / (1f + 0.3275911f * 0.70710678f * Math.abs(x));
        float p = 0.5f * 1.061405429f;
        p = p * t + 0.5f * -1.453152027f;
        p = p * t + 0.5f * 1.421413741f;
        p = p * t + 0.5f * -0.284496736f;
        p = p * t + 0.5f * 0.254829592f;
        float tail = p * t * gaussian;
        return x > 0 ? 1f - tail : tail;
    }

    /** The derivative of the exact GELU {@code x * normalCdf(x)}. */
    static float geluDerivative(float x, float gaussian, float normalCdf) {
        return normalCdf + x * gaussian * INVERSE_SQRT_2PI;
    }
}
