package org.modernbert4j.freeze;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.modernbert4j.InputException;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.ParameterId;

/**
 * Says of each parameter whether it is selected. Its text is read back by {@link #parse}.
 *
 * @param terms at least one; the last that is about a parameter decides. Where the first takes away, all is selected before it.
 */
public record Selector(List<Term> terms) {
    /** Keeps its own copy of the terms. */
    public Selector {
        terms = List.copyOf(terms);
        if (terms.isEmpty()) {
            throw new IllegalArgumentException("a selector has at least one term");
        }
    }

    /** Selects what any of these patterns matches. */
    public static Selector of(Pattern... patterns) {
        return new Selector(Arrays.stream(patterns).<Term>map(Term.And::new).toList());
    }

    /**
     * Reads a selector in the grammar that this package's description gives.
     *
     * @throws InputException if it is none
     */
    public static Selector parse(String text) {
        return new Selector(Arrays.stream(text.split(",", -1)).map(Term::parse).toList());
    }

    /** This, and what a pattern matches. */
    public Selector and(Pattern pattern) {
        return with(new Term.And(pattern));
    }

    /** This without what a pattern matches. */
    public Selector except(Pattern pattern) {
        return with(new Term.Except(pattern));
    }

    /** Everything that this does not select. */
    public Selector inverse() {
        return new Selector(terms.stream()
                .<Term>map(term ->
                        term instanceof Term.And ? new Term.Except(term.pattern()) : new Term.And(term.pattern()))
                .toList());
    }

    /** Whether a parameter is selected. */
    public boolean matches(ParameterId id) {
        boolean selected = terms.get(0) instanceof Term.Except;
        for (Term term : terms) {
            if (term.pattern().matches(id)) {
                selected = term instanceof Term.And;
            }
        }
        return selected;
    }

    /**
     * The selected parameters of a network, in its order.
     *
     * @throws InputException if no parameter of the network is on one of the paths; the message gives near ones
     */
    public Set<ParameterId> select(Architecture architecture) {
        Set<ParameterId> ids = architecture.shapes().keySet();
        for (Term term : terms) {
            if (term.pattern() instanceof ParameterPath path) {
                path.requireMatch(ids);
            }
        }
        return ids.stream()
                .filter(this::matches)
                .collect(Collectors.collectingAndThen(
                        Collectors.toCollection(LinkedHashSet::new), Collections::unmodifiableSet));
    }

    @Override
    public String toString() {
        return terms.stream().map(Term::toString).collect(Collectors.joining(", "));
    }

    private Selector with(Term term) {
        return new Selector(Stream.concat(terms.stream(), Stream.of(term)).toList());
    }
}
