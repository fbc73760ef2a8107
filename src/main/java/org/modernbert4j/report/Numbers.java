package org.modernbert4j.report;

import java.util.Locale;

/** Numbers as people read them, the same in every locale. */
final class Numbers {
    private static final int MEASURE_DIGITS = 4;
    private static final double LEAST_SHARE = 1e-4;
    private static final int MINUTE = 60;
    private static final int HOUR = 60 * MINUTE;

    private Numbers() {}

    /** {@code 149,027,345}. */
    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** A loss, an accuracy, a precision: {@code 0.8412}. */
    static String measure(double value) {
        return fixed(value, MEASURE_DIGITS);
    }

    static String fixed(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    /** {@code 0.7404} as {@code 74.04 %}; little, but not nothing, as {@code < 0.01 %}. */
    static String percent(double share) {
        if (share > 0 && share < LEAST_SHARE) {
            return "< " + percent(LEAST_SHARE);
        }
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    /** {@code 12.3 s}, {@code 4 min 05 s}, {@code 1 h 04 min}. */
    static String duration(double seconds) {
        long whole = Math.round(seconds);
        if (whole < MINUTE) {
            return fixed(seconds, 1) + " s";
        }
        if (whole < HOUR) {
            return String.format(Locale.ROOT, "%d min %02d s", whole / MINUTE, whole % MINUTE);
        }
        return String.format(Locale.ROOT, "%d h %02d min", whole / HOUR, whole % HOUR / MINUTE);
    }
}
