package org.modernbert4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0.0 s",
        "12.34, 12.3 s",
        "59.4, 59.4 s",
        "59.6, 1 min 00 s",
        "245, 4 min 05 s",
        "3599.7, 1 h 00 min",
        "3840, 1 h 04 min"
    })
    void tellsTimesInTheUnitThatFits(double seconds, String text) {
        assertEquals(text, Numbers.duration(seconds));
    }

    @ParameterizedTest
    @CsvSource({"0, 0.00 %", "0.00001, < 0.01 %", "0.0001, 0.01 %", "0.74042, 74.04 %", "1, 100.00 %"})
    void tellsSharesSoThatLittleIsNotNothing(double share, String text) {
        assertEquals(text, Numbers.percent(share));
    }
}
