package experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairedTestsTest {
    @Test
    void mcNemarIsExact() {
        // 6 texts only the one gets right, 1 only the other: 2 * (C(7,0) + C(7,1)) / 2^7
        assertEquals(2 * 8 / 128.0, PairedTests.mcNemar(right("1111110111000"), right("0000001111000")), 1e-12);
    }

    @Test
    void equalPredictionsDoNotDiffer() {
        assertEquals(1, PairedTests.mcNemar(right("101"), right("101")));
        assertEquals(1, PairedTests.wilcoxon(new double[] {0.5, 0.6}, new double[] {0.5, 0.6}));
    }

    @Test
    void predictionsOfDifferentTextsAreNotCompared() {
        assertThrows(IllegalArgumentException.class, () -> PairedTests.mcNemar(right("101"), right("10")));
    }

    @Test
    void wilcoxonIsExact() {
        double[] one = {0.71, 0.72, 0.73, 0.74, 0.75};
        double[] other = {0.70, 0.70, 0.70, 0.70, 0.70};

        assertEquals(2 / 32.0, PairedTests.wilcoxon(one, other), 1e-12);
    }

    private static Map<Integer, Boolean> right(String signs) {
        return IntStream.range(0, signs.length())
                .boxed()
                .collect(Collectors.toMap(row -> row, row -> signs.charAt(row) == '1'));
    }
}
