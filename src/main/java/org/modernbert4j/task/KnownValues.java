package org.modernbert4j.task;

import java.util.List;
import java.util.Map;
import org.modernbert4j.backend.Array;

/** Values that a network need not compute for a batch, as they are known of its texts. */
@FunctionalInterface
public interface KnownValues {
    /** Nothing is known. */
    KnownValues NONE = texts -> Map.of();

    /**
     * The values of a batch.
     *
     * @param texts the indexes of its texts, in its order
     * @return arrays by the name of the network's value; the caller's until they are closed
     */
    Map<String, Array> of(List<Integer> texts);
}
