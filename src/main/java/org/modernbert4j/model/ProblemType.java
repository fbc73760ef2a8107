package org.modernbert4j.model;

import java.util.Arrays;

/** What the logits of a classifier stand for: {@code problem_type} of {@code config.json}. */
public enum ProblemType {
    /** A text has one of the labels. */
    SINGLE_LABEL("single_label_classification"),
    /** A text has any number of the labels. */
    MULTI_LABEL("multi_label_classification"),
    /** A text has a number for each output. */
    REGRESSION("regression");

    private final String configName;

    ProblemType(String configName) {
        this.configName = configName;
    }

    /** The type with this name in {@code config.json}; as in transformers, an unknown name stands for a single label. */
    static ProblemType of(String name) {
        return Arrays.stream(values())
                .filter(type -> type.configName.equals(name))
                .findFirst()
                .orElse(SINGLE_LABEL);
    }

    /** Its name in {@code config.json}. */
    @Override
    public String toString() {
        return configName;
    }
}
