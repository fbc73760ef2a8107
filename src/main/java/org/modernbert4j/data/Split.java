package org.modernbert4j.data;

import java.util.List;

/**
 * Examples to learn from and examples to measure on, none in both.
 *
 * @param train in random order
 * @param validation in random order
 */
public record Split(List<Example> train, List<Example> validation) {
    /** Copies the lists. */
    public Split {
        train = List.copyOf(train);
        validation = List.copyOf(validation);
    }
}
