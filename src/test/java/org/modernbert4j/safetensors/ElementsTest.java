package org.modernbert4j.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modernbert4j.InputException;

class ElementsTest {
    private static final int INFINITE_HALF = 0x7c00;
    private static final int INFINITE_BFLOAT16 = 0x7f80;

    @TempDir
    private Path folder;

    /** What lies between two neighbours goes to the nearer one, what lies in the middle to the even one. */
    @Test
    void everyHalfAndWhatIsBesideIt() {
        for (int bits = 0; bits < INFINITE_HALF; bits++) {
            float value = Elements.halfToFloat((short) bits);
            assertEquals((short) bits, Elements.floatToHalf(value));
            assertEquals((short) (bits | 0x8000), Elements.floatToHalf(-value));
            float next = bits + 1 == INFINITE_HALF ? 65536 : Elements.halfToFloat((short) (bits + 1));
            float middle = (value + next) / 2;
            assertEquals((short) (bits + bits % 2), Elements.floatToHalf(middle), "middle after " + value);
            assertEquals((short) bits, Elements.floatToHalf(Math.nextDown(middle)), "less than " + middle);
            assertEquals((short) (bits + 1), Elements.floatToHalf(Math.nextUp(middle)), "more than " + middle);
        }
    }

    @Test
    void everyBfloat16AndWhatIsBesideIt() {
        for (int bits = 0; bits < INFINITE_BFLOAT16; bits++) {
            int middle = (bits << 16) | 0x8000;
            assertEquals((short) bits, bfloat16(bits << 16));
            assertEquals((short) (bits | 0x8000), bfloat16((bits | 0x8000) << 16));
            assertEquals((short) (bits + bits % 2), bfloat16(middle));
            assertEquals((short) bits, bfloat16(middle - 1));
            assertEquals((short) (bits + 1), bfloat16(middle + 1));
        }
    }

    private static short bfloat16(int floatBits) {
        return Elements.floatToBfloat16(Float.intBitsToFloat(floatBits));
    }

    @Test
    void whatIsNoNumberStaysNone() {
        for (int nan : new int[] {0x7f800001, 0x7fc00000, 0xffffffff}) {
            assertTrue(Float.isNaN(Elements.halfToFloat(Elements.floatToHalf(Float.intBitsToFloat(nan)))));
            assertTrue(Float.isNaN(Float.intBitsToFloat(bfloat16(nan) << 16)));
        }
        assertEquals((short) INFINITE_HALF, Elements.floatToHalf(Float.POSITIVE_INFINITY));
        assertEquals((short) (INFINITE_BFLOAT16 | 0x8000), Elements.floatToBfloat16(Float.NEGATIVE_INFINITY));
    }

    @ParameterizedTest
    @CsvSource({"F16, 65504, 65520", "BF16, 3.3895314e38, 3.4e38"})
    void whatIsTooLargeIsAnErrorThatNamesTheTensor(DType type, float fits, float tooLarge) {
        Path file = folder.resolve("x.safetensors");
        write(file, type, fits, -fits, Float.POSITIVE_INFINITY);
        try (SafetensorsFile written = SafetensorsFile.open(file)) {
            assertEquals(type, written.tensor("head").type());
            assertEquals(fits, written.floats("head")[0]);
            assertEquals(-fits, written.floats("head")[1]);
            assertEquals(Float.POSITIVE_INFINITY, written.floats("head")[2]);
        }
        String message = assertThrows(InputException.class, () -> write(file, type, 1, -tooLarge, 0))
                .getMessage();
        assertTrue(message.startsWith("tensor head: " + -tooLarge + " is too large for " + type), message);
    }

    private static void write(Path file, DType type, float... values) {
        TensorSource tensor = TensorSource.floats(
                "head", type, List.of((long) values.length), List.of(() -> FloatBuffer.wrap(values)));
        SafetensorsWriter.write(file, Map.of(), List.of(tensor));
    }
}
