package org.modernbert4j;

import java.util.Locale;

/** Numbers as people read them, the same in every locale. */
public final class Numbers {
    private static final int METRIC_DIGITS = 4;
    private static final double LEAST_SHARE = 1e-4;
    private static final int MINUTE = 60;
    private static final int HOUR = 60 * MINUTE;
    private static final double MEBIBYTE = 1 << 20;
    private static final double GIBIBYTE = 1 << 30;

    private Numbers() {}

    /** {@code 149,027,345}. */
    public static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** A loss, an accuracy, a precision: {@code 0.8412}. */
    public static String metric(double value) {
        return fixed(value, METRIC_DIGITS);
    }

    /** A number with as many digits after the point as asked for. */
    public static String fixed(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    /** {@code 0.7404} as {@code 74.04 %}; little, but not nothing, as {@code < 0.01 %}. */
    public static String percent(double share) {
        if (share > 0 && share < LEAST_SHARE) {
            return "< " + percent(LEAST_SHARE);
        }
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    /** {@code 12.3 s}, {@code 4 min 05 s}, {@code 1 h 04 min}. */
    public static String duration(double seconds) {
        long whole = Math.round(seconds);
        if (whole < MINUTE) {
            return fixed(seconds, 1) + " s";
        }
        if (whole < HOUR) {
            return String.format(Locale.ROOT, "%d min %02d s", whole / MINUTE, whole % MINUTE);
        }
        return String.format(Locale.ROOT, "%d h %02d min", whole / HOUR, whole % HOUR / MINUTE);
    }

    /** {@code 512 MiB}, {@code 4.1 GiB}. */
    public static String bytes(long bytes) {
        return bytes < GIBIBYTE ? fixed(bytes / MEBIBYTE, 0) + " MiB" : fixed(bytes / GIBIBYTE, 1) + " GiB";
    }
}
