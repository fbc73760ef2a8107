package org.modernbert4j.data;

import java.nio.file.Path;
import java.util.Optional;

/** The texts to measure on: a share of the data, or all of another file. */
public sealed interface Held {
    /**
     * A share of the texts, stratified by label, that is not learnt from.
     *
     * @param share between 0 and 1
     */
    record Share(double share) implements Held {
        /** Refuses a share outside. */
        public Share {
            Sampling.checkValidation(share);
        }
    }

    /**
     * The labelled texts of a file with the columns of the data.
     *
     * @param path of a table like those of the data
     */
    record InFile(Path path) implements Held {}

    /** The file; empty for a share. */
    default Optional<Path> file() {
        return this instanceof InFile held ? Optional.of(held.path) : Optional.empty();
    }
}
