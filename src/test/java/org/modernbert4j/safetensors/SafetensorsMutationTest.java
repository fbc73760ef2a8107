package org.modernbert4j.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modernbert4j.InputException;

/** Damage is either refused or harmless. */
class SafetensorsMutationTest {
    private static final int ROUNDS = 1000;

    @TempDir
    Path folder;

    @Test
    void damagedFilesAreRefusedOrWhole() throws IOException {
        Random random = new Random(20240919);
        byte[] sound = soundFile();
        Path path = folder.resolve("damaged.safetensors");
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] damaged = damage(sound, random);
            Files.write(path, damaged);
            try (SafetensorsFile file = SafetensorsFile.open(path)) {
                assertWhole(file, damaged.length);
            } catch (InputException e) {
                assertTrue(e.getMessage().startsWith(path + ": "), e.getMessage());
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
                refused++;
            }
        }
        assertTrue(refused > ROUNDS / 2 && refused < ROUNDS, refused + " refused");
    }

    private byte[] soundFile() throws IOException {
        Path path = folder.resolve("sound.safetensors");
        SafetensorsWriter.write(
                path,
                Map.of("format", "pt"),
                List.of(
                        TensorSource.floats("weight", List.of(2L, 3L), () -> FloatBuffer.allocate(6)),
                        TensorSource.floats("bias", List.of(3L), () -> FloatBuffer.allocate(3))));
        return Files.readAllBytes(path);
    }

    private static byte[] damage(byte[] sound, Random random) {
        if (random.nextInt(8) == 0) {
            return Arrays.copyOf(sound, random.nextInt(sound.length));
        }
        byte[] damaged = sound.clone();
        int flips = 1 + random.nextInt(3);
        for (int i = 0; i < flips; i++) {
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return damaged;
    }

    private static void assertWhole(SafetensorsFile file, int size) {
        long covered = 0;
        for (TensorInfo tensor : file.tensors().values()) {
            assertEquals(covered, tensor.begin());
            assertEquals(tensor.byteCount(), file.bytes(tensor.name()).remaining());
            covered = tensor.end();
        }
        assertTrue(covered < size);
    }
}
