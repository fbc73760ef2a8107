package org.modernbert4j.backend;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The places of each id in a list of ids.
 *
 * @param ids the distinct ids, ascending
 * @param starts where the places of each id begin in {@code places}; at the end, the length of {@code places}
 * @param places the places of the first id, ascending, then those of the next id, and so on
 */
public record Occurrences(int[] ids, int[] starts, int[] places) {
    /**
     * Sorts a list of ids.
     *
     * @param list ids of 0 or more; may repeat
     * @param leftOut an id to leave out; negative for none
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
