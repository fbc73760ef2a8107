package org.modernbert4j.freeze;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What may stand between two dots of a {@link ParameterPath}. */
public sealed interface Segment {
    /** Whether a whole segment of a parameter's name is meant. */
    boolean matches(String name);

    /**
     * Reads a segment.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Segment parse(String text) {
        Matcher range = Range.FORM.matcher(text);
        if (range.matches()) {
            return new Range(Integer.parseInt(range.group(1)), Integer.parseInt(range.group(2)));
        }
        return text.equals("*") ? new Any() : new Name(text);
    }

    /**
     * One name or number.
     *
     * @param name letters, digits and underscores
     */
    record Name(String name) implements Segment {
        private static final Pattern FORM = Pattern.compile("\\w+");

        /** Checks that the text form can be read back. */
        public Name {
            if (!FORM.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "found \"" + name + "\", wanted a name, a number, * or a range such as 0-10");
            }
        }

        @Override
        public boolean matches(String segment) {
            return name.equals(segment);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Any name or number. */
    record Any() implements Segment {
        @Override
        public boolean matches(String segment) {
            return true;
        }

        @Override
        public String toString() {
            return "*";
        }
    }

    /**
     * The numbers from one to another.
     *
     * @param first the smallest, from 0
     * @param last the largest
     */
    record Range(int first, int last) implements Segment {
        private static final Pattern FORM = Pattern.compile("(\\d{1,9})-(\\d{1,9})");
        private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

        /** Checks the order. */
        public Range {
            if (first < 0 || last < first) {
                throw new IllegalArgumentException(
                        "found the range " + first + "-" + last + ", wanted the smaller number first");
            }
        }

        @Override
        public boolean matches(String segment) {
            if (!NUMBER.matcher(segment).matches()) {
                return false;
            }
            int number = Integer.parseInt(segment);
            return first <= number && number <= last;
        }

        @Override
        public String toString() {
            return first + "-" + last;
        }
    }
}
