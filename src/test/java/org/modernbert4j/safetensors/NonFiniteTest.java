package org.modernbert4j.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.InputException;

class NonFiniteTest {
    private static final int COUNT = 20_000;

    @Test
    void everyFiniteNumberIsFine() {
        float[] numbers = new float[COUNT];
        numbers[7] = Float.MAX_VALUE;
        numbers[8] = -Float.MAX_VALUE;
        numbers[9] = Float.MIN_VALUE;
        numbers[10] = -0f;
        assertEquals(Optional.empty(), NonFinite.in(FloatBuffer.wrap(numbers)));
        assertEquals(Optional.empty(), NonFinite.in(FloatBuffer.allocate(0)));
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void eachKindIsFoundAtEachPlace(float bad) {
        for (int place : new int[] {0, 1, 8_191, 8_192, COUNT - 1}) {
            float[] numbers = new float[COUNT];
            numbers[place] = bad;
            NonFinite found = NonFinite.in(FloatBuffer.wrap(numbers)).orElseThrow();
            assertEquals(new NonFinite(1, place, bad), found);
        }
    }

    @Test
    void aLargeTensorIsCountedWhole(@TempDir Path temp) {
        int columns = 3;
        int rows = Tensors.CHECKED_AT_ONCE;
        Path file = temp.resolve("large.safetensors");
        FloatBuffer numbers = FloatBuffer.allocate(rows * columns);
        numbers.put(Tensors.CHECKED_AT_ONCE + 1, Float.NaN);
        numbers.put(numbers.limit() - 1, Float.NEGATIVE_INFINITY);
        SafetensorsWriter.write(
                file,
                Map.of(),
                List.of(TensorSource.floats("large", List.of((long) rows, (long) columns), () -> numbers)));
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            String message = assertThrows(InputException.class, () -> tensors.requireFinite("large"))
                    .getMessage();
            int first = Tensors.CHECKED_AT_ONCE + 1;
            assertTrue(
                    message.contains("2 numbers that are NaN or infinite, the first NaN at [" + first / columns + ", "
                            + first % columns + "]"),
                    message);
        }
    }

    @Test
    void tellsHowManyThereAreAndWhereTheFirstIs() {
        float[] numbers = new float[40];
        numbers[17] = Float.POSITIVE_INFINITY;
        numbers[39] = Float.NaN;
        NonFinite found = NonFinite.in(FloatBuffer.wrap(numbers)).orElseThrow();
        String text = found.describe(100, List.of(20L, 10L));
        assertEquals("2 numbers that are NaN or infinite, the first Infinity at [11, 7]", text);
        assertTrue(new NonFinite(1, 3, Float.NaN)
                .describe(0, List.of(9L))
                .contains("1 number that is NaN or infinite, the first NaN at [3]"));
    }
}
