package org.modernbert4j.data;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.modernbert4j.InputException;

/** The labels that exist; the id of each is its place among them, counted from 0. */
public final class Labels {
    /** Python compares strings by code points, Java by UTF-16 units; they differ above U+FFFF. */
    public static final Comparator<String> ORDER =
            Comparator.comparing(label -> label.codePoints().toArray(), Arrays::compare);

    private final List<String> names;
    private final Map<String, Integer> ids = new HashMap<>();

    /**
     * Labels in the order of their ids.
     *
     * @param names each once, at least one
     * @throws InputException if there is none, or one comes twice
     */
    public Labels(List<String> names) {
        this.names = List.copyOf(names);
        if (names.isEmpty()) {
            throw new InputException("labels: found none, expected at least one; give texts that carry labels");
        }
        for (String name : this.names) {
            if (ids.putIfAbsent(name, ids.size()) != null) {
                throw new InputException("labels: \"" + name + "\" comes twice, expected each once; take one out");
            }
        }
    }

    /**
     * The labels of some examples in the order in which they first appear.
     *
     * @throws InputException if there are no examples
     */
    public static Labels byFirstAppearance(List<Example> examples) {
        return new Labels(examples.stream().map(Example::label).distinct().toList());
    }

    /**
     * These labels with the ids that a trained head gives them, if it knows exactly these; otherwise as they are.
     *
     * @param known labels of the head, in the order of their ids; may be empty
     */
    public Labels inOrderOf(List<String> known) {
        boolean same = known.size() == names.size() && ids.keySet().containsAll(known);
        return same ? new Labels(known) : this;
    }

    /**
     * What words of a table stand for among the labels of a model, as pandas types a column of them: {@code 01} and {@code 1.0} are
     * {@code 1}, {@code true} is {@code True}.
     */
    public static UnaryOperator<String> typedAs(List<String> known) {
        return LabelColumn.ofPrinted(known)::print;
    }

    /** The order in which scikit-learn has labels: that of numbers where all are numbers. */
    public static Comparator<String> orderOf(Collection<String> labels) {
        return LabelColumn.ofPrinted(labels).order();
    }

    /** Every label, in the order of the ids. */
    public List<String> names() {
        return names;
    }

    /**
     * The id of a label.
     *
     * @throws InputException if there is no such label
     */
    public int id(String name) {
        Integer id = ids.get(name);
        if (id == null) {
            throw new InputException("label \"" + name + "\": not among " + names + "; use one of these");
        }
        return id;
    }
}
