package org.modernbert4j.freeze;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.modernbert4j.InputException;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Parameter;

/**
 * Says of each parameter whether it is selected. Its text is read back by {@link #parse}.
 *
 * @param terms at least one; the last that is about a parameter decides. Where the first takes away, all is selected before it.
 */
public record Selector(List<Term> terms) {
    /**
     * A step of a selector.
     *
     * @param adds whether the parameters are added; if not, they are taken away
     * @param pattern which parameters
     */
    public record Term(boolean adds, Pattern pattern) {
        private static Term parse(String text) {
            String term = text.strip();
            boolean adds = !term.startsWith("!");
            return new Term(adds, Pattern.parse(adds ? term : term.substring(1).strip()));
        }

        @Override
        public String toString() {
            return (adds ? "" : "!") + pattern;
        }
    }

    /** Keeps its own copy of the terms. */
    public Selector {
        terms = List.copyOf(terms);
        if (terms.isEmpty()) {
            throw new IllegalArgumentException("a selector has at least one term");
        }
    }

    /** Selects what any of these patterns matches. */
    public static Selector of(Pattern... patterns) {
        return new Selector(
                Arrays.stream(patterns).map(pattern -> new Term(true, pattern)).toList());
    }

    /**
     * Reads a selector in the grammar that this package's description gives.
     *
     * @throws InputException if it is none
     */
    public static Selector parse(String text) {
        return new Selector(Arrays.stream(text.split(",", -1)).map(Term::parse).toList());
    }

    /** Everything that this does not select. */
    public Selector inverse() {
        return new Selector(
                terms.stream().map(term -> new Term(!term.adds, term.pattern)).toList());
    }

    /** Whether a parameter is selected. */
    public boolean matches(Parameter parameter) {
        boolean selected = !terms.get(0).adds;
        for (Term term : terms) {
            if (term.pattern().matches(parameter)) {
                selected = term.adds;
            }
        }
        return selected;
    }

    /**
     * The selected parameters of a network, in its order.
     *
     * @throws InputException if no parameter of the network is on one of the paths; the message gives near ones
     */
    public Set<Parameter> select(Architecture architecture) {
        List<Parameter> parameters = architecture.parameters();
        for (Term term : terms) {
            if (term.pattern() instanceof ParameterPath path) {
                path.requireMatch(parameters);
            }
        }
        return parameters.stream()
                .filter(this::matches)
                .collect(Collectors.collectingAndThen(
                        Collectors.toCollection(LinkedHashSet::new), Collections::unmodifiableSet));
    }

    @Override
    public String toString() {
        return terms.stream().map(Term::toString).collect(Collectors.joining(", "));
    }
}
