package org.modernbert4j.backend.cpu;

/**
 * Elementary functions in float32, and one in float64, exact to a few units in the last place, without branches that depend on the
 * argument.
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // coefficients as they are published
final class FloatMath {
    static final float LOG2_E = 1.44269504f;
    /** 1.5 * 2^23: adding it leaves the nearest integer in the mantissa. */
    static final float ROUND_TO_INTEGER = 12582912f;

    static final float LN2_HIGH = 0.693359375f;
    static final float LN2_LOW = -2.12194440e-4f;
    /** Powers with smaller exponents become 0: they change no sum with 1, and their products would be denormal, which is slow. */
    static final float LEAST_EXPONENT = -64f;

    static final float LARGEST_EXPONENT = 88f;

    /** Coefficients of {@code (exp(r) - 1 - r) / r^2} for r up to ln(2) / 2, from Cephes. */
    static final float EXP_1 = 5.0000001201e-1f;

    static final float EXP_2 = 1.6666665459e-1f;
    static final float EXP_3 = 4.1665795894e-2f;
    static final float EXP_4 = 8.3334519073e-3f;
    static final float EXP_5 = 1.3981999507e-3f;
    static final float EXP_6 = 1.9875691500e-4f;

    /** Coefficients of Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26, for the tail of the normal distribution. */
    static final float CDF_SLOPE = 0.3275911f * 0.70710678f;

    static final float CDF_1 = 0.5f * 0.254829592f;
    static final float CDF_2 = 0.5f * -0.284496736f;
    static final float CDF_3 = 0.5f * 1.421413741f;
    static final float CDF_4 = 0.5f * -1.453152027f;
    static final float CDF_5 = 0.5f * 1.061405429f;

    static final float INVERSE_SQRT_2PI = 0.39894228f;

    private FloatMath() {}

    /** e to the x for x from -64 to 88, relative error below 1e-7; 0 below that, and e to the 88 above. */
    static float exp(float x) {
        // Math.min and Math.max are slower, because they compare the signs of zeros
        float clamped = x < LEAST_EXPONENT ? LEAST_EXPONENT : x > LARGEST_EXPONENT ? LARGEST_EXPONENT : x;
        float shifted = clamped * LOG2_E + ROUND_TO_INTEGER;
        float power = shifted - ROUND_TO_INTEGER;
        float r = (clamped - power * LN2_HIGH) - power * LN2_LOW;
        float p = EXP_6 * r + EXP_5;
        p = p * r + EXP_4;
        p = p * r + EXP_3;
        p = p * r + EXP_2;
        p = p * r + EXP_1;
        p = p * r * r + r + 1f;
        float scale = Float.intBitsToFloat((Float.floatToRawIntBits(shifted) << 23) + (127 << 23));
        return x < LEAST_EXPONENT ? 0f : p * scale;
    }

    /**
     * e to the x for x from -700 to 0, in float64; e to the -700 below. {@link StrictMath#exp} takes twice as long, and {@link Math#exp}
     * may round in another way on another JDK.
     */
    static double expOfNegative(double x) {
        double clamped = x < -700 ? -700 : x;
        double shifted = clamped * 1.4426950408889634 + 0x1.8p52; // the nearest integer stands in the mantissa
        double power = shifted - 0x1.8p52;
        double r =
                (clamped - power * 0x1.62e42feep-1) - power * 0x1.a39ef35793c76p-33; // ln(2) in two parts, from fdlibm
        double p = 1.0 / 6227020800.0; // Taylor's series, up to r^13 / 13!
        p = p * r + 1.0 / 479001600.0;
        p = p * r + 1.0 / 39916800.0;
        p = p * r + 1.0 / 3628800.0;
        p = p * r + 1.0 / 362880.0;
        p = p * r + 1.0 / 40320.0;
        p = p * r + 1.0 / 5040.0;
        p = p * r + 1.0 / 720.0;
        p = p * r + 1.0 / 120.0;
        p = p * r + 1.0 / 24.0;
        p = p * r + 1.0 / 6.0;
        p = p * r + 0.5;
        p = p * r * r + r + 1.0;
        return p * Double.longBitsToDouble((Double.doubleToRawLongBits(shifted) << 52) + (1023L << 52));
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
     * The distribution function of the standard normal distribution, by the formula of PyTorch's vectorised erf; absolute error
     * below 3e-7.
     *
     * @param gaussian {@link #gaussian} of x
     */
    static float normalCdf(float x, float gaussian) {
        float t = 1f / (1f + CDF_SLOPE * Math.abs(x));
        float p = CDF_5 * t + CDF_4;
        p = p * t + CDF_3;
        p = p * t + CDF_2;
        p = p * t + CDF_1;
        float tail = p * t * gaussian;
        return x > 0 ? 1f - tail : tail;
    }
}
