package org.modernbert4j.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.special.Erf;
import org.junit.jupiter.api.Test;

class FloatMathTest {
    private static final double STEP = 1e-4;

    @FunctionalInterface
    private interface FloatFunction {
        float of(float x);
    }

    private static void assertAccurate(
            double from, double to, double relative, double absolute, FloatFunction fast, DoubleUnaryOperator exact) {
        for (double point = from; point <= to; point += STEP) {
            float x = (float) point;
            double expected = exact.applyAsDouble(x);
            assertEquals(expected, fast.of(x), absolute + relative * Math.abs(expected), () -> "at " + x);
        }
    }

    @Test
    void exp() {
        assertAccurate(-64, 88, 1e-7, 0, FloatMath::exp, Math::exp);
    }

    @Test
    void expOfNegativeNumbersInFloat64() {
        for (double x = -700; x <= 0; x += 1e-3) {
            double expected = StrictMath.exp(x);
            assertEquals(expected, FloatMath.expOfNegative(x), 3e-16 * expected, "at " + x);
        }
        assertEquals(1.0, FloatMath.expOfNegative(0));
        assertEquals(0.0, FloatMath.expOfNegative(-1e30), 1e-300);
        assertEquals(0.0, FloatMath.expOfNegative(Double.NEGATIVE_INFINITY), 1e-300);
        assertTrue(Double.isNaN(FloatMath.expOfNegative(Double.NaN)));
    }

    @Test
    void expOfExtremes() {
        assertEquals(1f, FloatMath.exp(0));
        assertEquals(0f, FloatMath.exp(-64.1f));
        assertEquals(0f, FloatMath.exp(Float.NEGATIVE_INFINITY));
        assertTrue(FloatMath.exp(Float.POSITIVE_INFINITY) > 1e38f);
        assertTrue(Float.isNaN(FloatMath.exp(Float.NaN)));
    }

    @Test
    void sigmoid() {
        assertAccurate(-20, 20, 0, 2e-7, FloatMath::sigmoid, x -> 1 / (1 + Math.exp(-x)));
        assertEquals(0f, FloatMath.sigmoid(-1000), 1e-30f);
        assertEquals(1f, FloatMath.sigmoid(1000));
    }

    @Test
    void tanh() {
        assertAccurate(-10, 10, 0, 2e-7, FloatMath::tanh, Math::tanh);
    }

    @Test
    void normalCdf() {
        assertAccurate(
                -12,
                12,
                0,
                3e-7,
                x -> FloatMath.normalCdf(x, FloatMath.gaussian(x)),
                x -> 0.5 * Erf.erfc(-x / Math.sqrt(2)));
        assertEquals(1f, FloatMath.normalCdf(1e30f, FloatMath.gaussian(1e30f)));
        assertEquals(0f, FloatMath.normalCdf(-1e30f, FloatMath.gaussian(-1e30f)));
    }
}
