package org.modernbert4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.modernbert4j.InputException;

class NumpyRandomTest {
    private final SamplingGolden golden = SamplingGolden.load();

    @Test
    void permutesAsNumpy() {
        for (SamplingGolden.Permutation expected : golden.permutations()) {
            int[] order = new NumpyRandom(expected.seed()).permutation(expected.size());
            assertArrayEquals(ints(expected.order()), order, expected.toString());
        }
    }

    @Test
    void choosesAsNumpy() {
        for (SamplingGolden.Choice expected : golden.choices()) {
            int[] chosen = new NumpyRandom(expected.seed())
                    .choice(ints(expected.values()), expected.chosen().size());
            assertArrayEquals(ints(expected.chosen()), chosen, expected.toString());
        }
    }

    @Test
    void permutesValuesAsTheirPlacesAndLeavesThemAlone() {
        int[] values = {10, 11, 12, 13};
        int[] order = new NumpyRandom(42).permutation(4);
        int[] permuted = new NumpyRandom(42).permutation(values);
        for (int i = 0; i < order.length; i++) {
            assertEquals(values[order[i]], permuted[i]);
        }
        assertArrayEquals(new int[] {10, 11, 12, 13}, values);
    }

    @Test
    void refusesSeedsOutside() {
        assertThrows(InputException.class, () -> new NumpyRandom(-1));
        assertThrows(InputException.class, () -> new NumpyRandom(1L << 32));
    }

    @Test
    void cannotChooseMoreThanThereAre() {
        assertThrows(IllegalArgumentException.class, () -> new NumpyRandom(0).choice(new int[] {1}, 2));
    }

    private static int[] ints(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }
}
