package org.modernbert4j.backend.nvidia;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NeedsTest {
    private static final Needs RANGE = new Needs("the kernels", 37, 89, 11060, "use the CPU");
    private static final Needs OPEN = new Needs("the kernels", 70, Integer.MAX_VALUE, 11060, "use the CPU");

    private static Card card(int capability, int cuda) {
        return new Card("A card", capability, 16L << 30, cuda);
    }

    @ParameterizedTest
    @CsvSource({"35, false", "37, true", "75, true", "89, true", "90, false", "100, false", "120, false"})
    void aRangeEnds(int capability, boolean fits) {
        assertEquals(fits, RANGE.obstacle(card(capability, 12060)).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"37, false", "61, false", "70, true", "90, true", "121, true"})
    void aRangeMayBeOpen(int capability, boolean fits) {
        assertEquals(fits, OPEN.obstacle(card(capability, 12060)).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"10020, false", "11050, false", "11060, true", "11070, true", "12000, true", "13000, true"})
    void theDriverMustBeNewEnough(int cuda, boolean fits) {
        assertEquals(fits, RANGE.obstacle(card(80, cuda)).isEmpty());
    }

    @Test
    void oneLineSaysWhatIsThereAndWhatToDo() {
        assertEquals(
                Optional.of("A card has compute capability 12.0, the kernels need 3.7 to 8.9; use the CPU"),
                RANGE.obstacle(card(120, 11000)));
        assertEquals(
                Optional.of("A card has compute capability 6.1, the kernels need 7.0 or more; use the CPU"),
                OPEN.obstacle(card(61, 12060)));
        assertEquals(
                Optional.of("NVIDIA's driver is for CUDA 11.4, the kernels need 11.6 or later; install a newer driver"),
                RANGE.obstacle(card(80, 11040)));
    }
}
