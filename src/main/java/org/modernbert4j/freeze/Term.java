package org.modernbert4j.freeze;

/** One step of a {@link Selector}. */
public sealed interface Term {
    /** The parameters it is about. */
    Pattern pattern();

    /**
     * Reads a term; spaces around it do not count.
     *
     * @throws org.modernbert4j.InputException if it is none
     */
    static Term parse(String text) {
        String term = text.strip();
        return term.startsWith("!")
                ? new Except(Pattern.parse(term.substring(1).strip()))
                : new And(Pattern.parse(term));
    }

    /**
     * Selects parameters.
     *
     * @param pattern which
     */
    record And(Pattern pattern) implements Term {
        @Override
        public String toString() {
            return pattern.toString();
        }
    }

    /**
     * Takes parameters away.
     *
     * @param pattern which
     */
    record Except(Pattern pattern) implements Term {
        @Override
        public String toString() {
            return "!" + pattern;
        }
    }
}
