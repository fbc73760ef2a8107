package org.modernbert4j.task;

import java.util.List;
import java.util.Map;
import org.modernbert4j.backend.Array;

/** Gives known values for the texts of a batch, so that the network does not compute them. */
@FunctionalInterface
public interface KnownValues {
    /** Nothing is known. */
    KnownValues NONE = texts -> Map.of();

    /**
     * The values for a batch.
     *
     * @param texts indexes of its texts, in the batch's order
     * @return arrays by the names of the network's values; the caller closes them
     */
    Map<String, Array> of(List<Integer> texts);

    /** Frees the values. */
    default void close() {}
}
