package org.modernbert4j.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RotaryTableTest {
    @ParameterizedTest
    @CsvSource({"10000, 64, 300", "160000, 64, 300", "10000, 2, 5", "10000, 10, 1"})
    void holdsCosinesThenSinesOfEachPosition(double theta, int headSize, int positions) {
        float[] table = RotaryTable.of(headSize, theta, positions);
        assertEquals(positions * headSize, table.length);
        int half = headSize / 2;
        for (int position = 0; position < positions; position++) {
            for (int i = 0; i < half; i++) {
                double angle = position / Math.pow(theta, 2.0 * i / headSize);
                double rounding = 2e-7 * (1 + angle); // the frequency and the angle are float32
                assertEquals(Math.cos(angle), table[position * headSize + i], rounding);
                assertEquals(Math.sin(angle), table[position * headSize + half + i], rounding);
            }
        }
    }
}
