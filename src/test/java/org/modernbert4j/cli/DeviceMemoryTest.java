package org.modernbert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.backend.cuda.TestDevice;

/** Commands on a device with little memory. */
class DeviceMemoryTest {
    private static final long WEIGHTS = 62_000;

    @TempDir
    private Path temp;

    @AfterEach
    void giveBack() {
        TestDevice.leave(-1);
    }

    private static void assertLacksMemory(long room, String line, Object... command) {
        TestDevice.leave(room);
        Console console = Console.run(Stream.concat(Stream.of(command), Stream.of("--backend", "cuda-test"))
                .toArray());
        assertEquals(Main.OUT_OF_MEMORY, console.code(), console.err());
        String last = console.errLines().get(console.errLines().size() - 1);
        assertTrue(last.startsWith("out of memory: ") && last.contains(line), last);
        assertTrue(last.endsWith("or use --backend cpu"), last);
    }

    @Test
    void theWeightsDoNotFit() {
        assertLacksMemory(
                WEIGHTS / 2,
                " more are needed",
                "encode",
                "--model",
                TinyCheckpoint.MODEL,
                "--output",
                temp.resolve("x.npy"),
                "a text");
    }

    @Test
    void theBatchDoesNotFit() {
        Object[] train = {
            "train",
            "--model",
            TinyCheckpoint.MODEL,
            "--data",
            TinyCheckpoint.DATA,
            "--label",
            "topic",
            "--max-length",
            200,
            "--output",
            temp.resolve("run")
        };
        assertLacksMemory(WEIGHTS + 100_000, "16 texts of up to ", train);
        Object[] encode = {
            "encode",
            "--model",
            TinyCheckpoint.MODEL,
            "--data",
            TinyCheckpoint.DATA,
            "--text",
            "text",
            "--batch-size",
            40,
            "--output",
            temp.resolve("x.npy")
        };
        assertLacksMemory(WEIGHTS + 100_000, "40 texts of up to ", encode);
    }
}
