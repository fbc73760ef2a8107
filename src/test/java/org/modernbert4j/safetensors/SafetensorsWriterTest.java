package org.modernbert4j.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modernbert4j.InputException;

class SafetensorsWriterTest {
    @TempDir
    Path folder;

    private Path path;

    @BeforeEach
    void choosePath() {
        path = folder.resolve("model.safetensors");
    }

    @Test
    void writesTheBytesOfTheFormat() throws IOException {
        SafetensorsWriter.write(path, Map.of(), List.of(ones("attn0", 2)));
        String header = "{\"attn0\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
        byte[] wanted = new byte[8 + 64 + 8];
        ByteBuffer.wrap(wanted)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(64)
                .put((header + " ".repeat(64 - header.length())).getBytes(StandardCharsets.UTF_8))
                .putFloat(1)
                .putFloat(1);
        assertArrayEquals(wanted, Files.readAllBytes(path));
    }

    @Test
    void whatIsWrittenIsReadBack() {
        float[] numbers = new float[600_000];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i;
        }
        TensorSource big = TensorSource.floats(
                "big",
                DType.F32,
                List.of(3L, 200_000L),
                List.of(
                        () -> FloatBuffer.wrap(numbers, 0, 200_000),
                        () -> FloatBuffer.wrap(numbers, 200_000, 400_000)));
        SafetensorsWriter.write(path, Map.of("format", "pt", "язык", "русский"), List.of(big, ones("имя", 1)));
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertArrayEquals(numbers, file.floats("big"));
            assertArrayEquals(new float[] {1}, file.floats("имя"));
            assertEquals(Map.of("format", "pt", "язык", "русский"), file.metadata());
        }
    }

    @Test
    void widestComeFirstThenByName() {
        SafetensorsWriter.write(
                path, Map.of(), List.of(bytes("z", DType.U8), ones("b", 1), bytes("i", DType.I64), ones("a", 1)));
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertEquals(List.of("i", "a", "b", "z"), List.copyOf(file.tensors().keySet()));
        }
    }

    @Test
    void equalContentGivesEqualBytes() throws IOException {
        SafetensorsWriter.write(path, Map.of("a", "1", "b", "2"), List.of(ones("a", 3), ones("b", 2)));
        byte[] first = Files.readAllBytes(path);
        SafetensorsWriter.write(path, Map.of("b", "2", "a", "1"), List.of(ones("b", 2), ones("a", 3)));
        assertArrayEquals(first, Files.readAllBytes(path));
    }

    @Test
    void aFailureLeavesTheOldFileAlone() throws IOException {
        Files.writeString(path, "old");
        TensorSource failing = new TensorSource("x", DType.F32, List.of(1L), out -> {
            throw new IOException("disk on fire");
        });
        InputException refused =
                assertThrows(InputException.class, () -> SafetensorsWriter.write(path, Map.of(), List.of(failing)));
        assertTrue(refused.getMessage().contains("disk on fire"), refused.getMessage());
        assertEquals("old", Files.readString(path));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(path), files.toList());
        }
    }

    @Test
    void refusesAContentOfAnotherSize() {
        TensorSource tensor = TensorSource.floats("x", List.of(3L), () -> FloatBuffer.allocate(2));
        assertThrows(IllegalArgumentException.class, () -> SafetensorsWriter.write(path, Map.of(), List.of(tensor)));
        assertFalse(Files.exists(path));
    }

    @Test
    void refusesATakenName() {
        for (String name : List.of("a", "__metadata__")) {
            List<TensorSource> tensors = List.of(ones("a", 1), ones(name, 1));
            assertThrows(IllegalArgumentException.class, () -> SafetensorsWriter.write(path, Map.of(), tensors));
        }
    }

    private static TensorSource ones(String name, int count) {
        return TensorSource.floats(name, List.of((long) count), () -> {
            FloatBuffer numbers = FloatBuffer.allocate(count);
            while (numbers.hasRemaining()) {
                numbers.put(1);
            }
            return numbers.flip();
        });
    }

    private static TensorSource bytes(String name, DType type) {
        return new TensorSource(name, type, List.of(1L), out -> out.write(ByteBuffer.allocate(type.size())));
    }
}
