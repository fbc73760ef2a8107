package org.modernbert4j.model;

import java.util.List;

/** Makes the heads of one kind by name; found by {@link java.util.ServiceLoader}. */
public interface HeadProvider {
    /** The names that it knows, as on the command line and in saved files. */
    List<String> names();

    /**
     * Makes a head.
     *
     * @param name one of {@link #names}
     * @param classes number of logits
     * @param dropout share that is dropped before the last layer in training, for heads that do not take it from the configuration
     */
    Head create(String name, int classes, double dropout);
}
