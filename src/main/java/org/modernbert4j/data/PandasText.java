package org.modernbert4j.data;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.function.Predicate;

/** Numbers and truth values as pandas prints them. */
final class PandasText {
    /** Smaller numbers have an exponent. */
    private static final double LEAST = 1e-4;

    /** Numbers of 64 bits from here on have an exponent, as Python writes them. */
    private static final double MOST_OF_64_BITS = 1e16;

    /** The same of 32 bits, as numpy writes them. */
    private static final double MOST_OF_32_BITS = 1e6;

    private PandasText() {}

    static String of(boolean value) {
        return value ? "True" : "False";
    }

    /** The shortest decimal that stands for this number, as Python's {@code repr} writes it. */
    static String of(double value) {
        return Double.isFinite(value)
                ? shortest(value, MOST_OF_64_BITS, decimal -> decimal.doubleValue() == value)
                : String.valueOf(value).replace("Infinity", "inf");
    }

    /** The same for a number of 32 bits. */
    static String of(float value) {
        return Float.isFinite(value)
                ? shortest(value, MOST_OF_32_BITS, decimal -> decimal.floatValue() == value)
                : of((double) value);
    }

    private static String shortest(double value, double most, Predicate<BigDecimal> same) {
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal exact = new BigDecimal(value);
        int digits = 1;
        while (!same.test(rounded(exact, digits))) {
            digits++;
        }
        BigDecimal decimal = rounded(exact, digits).stripTrailingZeros();
        if (Math.abs(value) >= LEAST && Math.abs(value) < most) {
            return decimal.setScale(Math.max(1, decimal.scale())).toPlainString();
        }
        int power = decimal.precision() - decimal.scale() - 1;
        String mantissa = decimal.movePointLeft(power).stripTrailingZeros().toPlainString();
        return String.format(Locale.ROOT, "%se%s%02d", mantissa, power < 0 ? "-" : "+", Math.abs(power));
    }

    /** Between two decimals the even one, as Python takes it. */
    private static BigDecimal rounded(BigDecimal exact, int digits) {
        return exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
    }
}
