package org.modernbert4j.data;

import java.util.List;

/**
 * What is left after some labels were left out.
 *
 * @param kept the examples with other labels, in their order
 * @param absent labels to leave out that no example carries, perhaps misspelt, in alphabetical order
 */
public record Exclusion(List<Example> kept, List<String> absent) {
    /** Copies the lists. */
    public Exclusion {
        kept = List.copyOf(kept);
        absent = List.copyOf(absent);
    }
}
