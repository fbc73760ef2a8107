package experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The table of {@code experiments/bench/gpu.py}, made from recorded (invented) numbers; skipped where there is no Python. */
class GpuTableTest {
    private static final Path RECORDED = Path.of("src/test/resources/experiments/gpu");

    @Test
    void showsMediansAndPyTorchsBest() throws IOException, InterruptedException {
        Process python = python("experiments/bench/gpu.py", "--table", RECORDED.resolve("index.json"));
        String printed = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertEquals(0, python.waitFor(), printed);
        assertEquals(Files.readString(RECORDED.resolve("table.md")), printed);
    }

    private static Process python(Object... words) {
        ProcessBuilder command = new ProcessBuilder("python3", "-B");
        for (Object word : words) {
            command.command().add(word.toString());
        }
        command.environment().put("PYTHONUTF8", "1");
        try {
            return command.redirectErrorStream(true).start();
        } catch (IOException e) {
            return abort("there is no python3 here: " + e.getMessage());
        }
    }
}
