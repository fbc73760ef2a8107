package org.modernbert4j.freeze;

import org.modernbert4j.model.ParameterId.Role;

/** What a layer is made of, as descriptions and drawings tell it apart. */
public enum Component {
    /** Both normalisations. */
    NORM("norm"),
    /** The query projection. */
    QUERY("q"),
    /** The key projection. */
    KEY("k"),
    /** The value projection. */
    VALUE("v"),
    /** The output projection of attention. */
    OUTPUT("o"),
    /** The feed-forward block. */
    MLP("mlp");

    private final String label;

    Component(String label) {
        this.label = label;
    }

    /** What a parameter of a layer belongs to. */
    public static Component of(Role role) {
        return switch (role) {
            case ATTENTION_NORM, MLP_NORM -> NORM;
            case QUERY -> QUERY;
            case KEY -> KEY;
            case VALUE -> VALUE;
            case ATTENTION_OUTPUT -> OUTPUT;
            case MLP_INPUT, MLP_OUTPUT -> MLP;
        };
    }

    /** A short label: {@code norm}, {@code q}, {@code mlp}. */
    @Override
    public String toString() {
        return label;
    }
}
