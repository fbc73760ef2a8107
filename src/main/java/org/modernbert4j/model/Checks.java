package org.modernbert4j.model;

/** Checks of values in {@code config.json}; what fails one is an {@link IllegalArgumentException} that names the field. */
final class Checks {
    private Checks() {}

    static void positive(String field, int value) {
        require(value > 0, field, value, "a number above 0");
    }

    static void positive(String field, double value) {
        require(value > 0 && Double.isFinite(value), field, value, "a number above 0");
    }

    static void probability(String field, double value) {
        require(value >= 0 && value < 1, field, value, "a number from 0 to below 1");
    }

    static void require(boolean met, String field, Object found, String wanted) {
        if (!met) {
            throw new IllegalArgumentException("%s: found %s, wanted %s".formatted(field, found, wanted));
        }
    }
}
