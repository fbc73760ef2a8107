package org.modernbert4j.backend;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The places of each id in a list of ids.
 *
 * @param ids the distinct ones, ascending
 * @param starts where the part of each id in {@code places} begins, and the length of {@code places}
 * @param places of the first id, ascending, then of the next, and so on
 */
public record Occurrences(int[] ids, int[] starts, int[] places) {
    /**
     * Sorts a list of ids.
     *
     * @param list ids from 0 up, any of them several times
     * @param leftOut an id that does not count; negative for none
     */
    public static Occurrences of(int[] list, int leftOut) {
        long[] sorted = IntStream.range(0, list.length)
                .filter(place -> list[place] != leftOut)
                .mapToLong(place -> (long) list[place] << Integer.SIZE | place)
                .sorted()
                .toArray();
        int[] ids = new int[sorted.length];
        int[] starts = new int[sorted.length + 1];
        int[] places = new int[sorted.length];
        int distinct = 0;
        for (int i = 0; i < sorted.length; i++) {
            int id = (int) (sorted[i] >>> Integer.SIZE);
            if (distinct == 0 || ids[distinct - 1] != id) {
                ids[distinct] = id;
                starts[distinct++] = i;
            }
            places[i] = (int) sorted[i];
        }
        starts[distinct] = sorted.length;
        return new Occurrences(Arrays.copyOf(ids, distinct), Arrays.copyOf(starts, distinct + 1), places);
    }
}
