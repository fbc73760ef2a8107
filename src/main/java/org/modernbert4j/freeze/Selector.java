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

/** Selects parameters. {@link #parse} reads its text back. */
public final class Selector {
    /** At least one; the last term that matches a parameter decides. If the first term removes, the start is everything. */
    private final List<Term> terms;

    private Selector(List<Term> terms) {
        this.terms = terms;
    }

    /**
     * Parses a selector; the package description gives the grammar.
     *
     * @throws InputException if the text is not a selector
     */
    public static Selector parse(String text) {
        return new Selector(Arrays.stream(text.split(",", -1)).map(Term::parse).toList());
    }

    /** A selector of everything that this one does not select. */
    public Selector inverse() {
        return new Selector(
                terms.stream().map(term -> new Term(!term.adds(), term.which())).toList());
    }

    /** Whether a parameter is selected. */
    public boolean matches(Parameter parameter) {
        boolean selected = !terms.get(0).adds();
        for (Term term : terms) {
            if (term.which().matches(parameter)) {
                selected = term.adds();
            }
        }
        return selected;
    }

    /**
     * The selected parameters of a network, in its order.
     *
     * @throws InputException if a path matches no parameter of the network; the message gives similar names
     */
    public Set<Parameter> select(Architecture architecture) {
        List<Parameter> parameters = architecture.parameters();
        terms.forEach(term -> term.which().requireMatch(parameters));
        return parameters.stream()
                .filter(this::matches)
                .collect(Collectors.collectingAndThen(
                        Collectors.toCollection(LinkedHashSet::new), Collections::unmodifiableSet));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Selector selector && terms.equals(selector.terms);
    }

    @Override
    public int hashCode() {
        return terms.hashCode();
    }

    @Override
    public String toString() {
        return terms.stream().map(Term::toString).collect(Collectors.joining(", "));
    }
}
