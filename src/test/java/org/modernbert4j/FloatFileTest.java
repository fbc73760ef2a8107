package org.modernbert4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FloatFileTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream copy = new ByteArrayOutputStream();

    @Test
    void readsAndCopiesWhatWasWrittenAnywhere() throws IOException {
        Path path = folder.resolve("numbers");
        try (FloatFile file = new FloatFile(path, "make room")) {
            file.write(FloatBuffer.wrap(new float[] {3, 4}), 2);
            file.write(FloatBuffer.wrap(new float[] {1, 2}), 0);
            float[] read = new float[2];
            file.read(1, 2).get(read);
            assertArrayEquals(new float[] {2, 3}, read);
            file.copyTo(Channels.newChannel(copy), 3);
            assertArrayEquals(new byte[] {0, 0, -128, 63, 0, 0, 0, 64, 0, 0, 64, 64}, copy.toByteArray());
        }
        assertFalse(Files.exists(path));
    }

    @Test
    void whatWasNotWrittenIsAnError() {
        Path path = folder.resolve("numbers");
        try (FloatFile file = new FloatFile(path, "make room")) {
            file.write(FloatBuffer.wrap(new float[] {1, 2, 3}), 0);
            String message = path + ": cannot be written or read (it ends at byte 12); make room";
            Exception read = assertThrows(InputException.class, () -> file.read(2, 2));
            assertEquals(message, read.getMessage());
            Exception copied = assertThrows(InputException.class, () -> file.copyTo(Channels.newChannel(copy), 4));
            assertEquals(message, copied.getMessage());
        }
    }

    @Test
    void whatCannotBeMadeSaysWhatToDo() {
        Path path = folder.resolve("nowhere").resolve("numbers");
        Exception error = assertThrows(InputException.class, () -> new FloatFile(path, "use another folder"));
        assertEquals(
                path + ": cannot be written or read (no such folder: " + path.getParent() + "); use another folder",
                error.getMessage());
    }
}
