package org.modernbert4j.task;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.modernbert4j.ops.Batch;

/**
 * A part of a batch that is small enough for one pass, or all of it.
 *
 * @param texts the indexes of its texts
 * @param batch these texts with their targets
 */
public record Part(List<Integer> texts, Batch batch) {
    /**
     * Cuts a batch.
     *
     * @param batch indexes of its texts
     * @param count how many parts are wanted; there are never more than texts
     * @param lay lays the texts from one place of the batch to before another
     */
    static List<Part> cut(List<Integer> batch, int count, Function<int[], Batch> lay) {
        int size = batch.size();
        int parts = Math.min(count, size);
        return IntStream.range(0, parts)
                .mapToObj(part -> new int[] {size * part / parts, size * (part + 1) / parts})
                .map(range -> new Part(batch.subList(range[0], range[1]), lay.apply(range)))
                .toList();
    }
}
