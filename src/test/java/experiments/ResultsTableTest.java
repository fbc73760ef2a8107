package experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modernbert4j.InputException;

class ResultsTableTest {
    private static final Path README = Path.of("experiments/README.md");
    private static final Path RESULTS = Path.of("src/test/resources/experiments/results");

    @TempDir
    private Path folder;

    @Test
    void fillsTheTableFromResults() throws IOException {
        Path readme = Files.copy(README, folder.resolve("README.md"));

        ResultsTable.update(readme, RESULTS);
        String once = Files.readString(readme);
        ResultsTable.update(readme, RESULTS);

        assertEquals(once, Files.readString(readme));
        assertTrue(once.contains("| 0.7390 0.7609 0.7822 | 0.7500 ± 0.0707 (small) |"), once);
        assertTrue(once.contains("| not run "), once);
        assertTrue(once.contains("| 42 43 | 0.5500 0.7500 | 0.7600 ± 0.0566 | 14.0 s        | 900 MiB "), once);
    }

    @Test
    void theReadMeIsUpToDate() throws IOException {
        Path readme = Files.copy(README, folder.resolve("README.md"));

        ResultsTable.update(readme, Path.of("experiments/results"));

        assertEquals(Files.readString(README), Files.readString(readme), "run experiments.ResultsTable");
    }

    @Test
    void aReadMeWithoutMarkersIsRefused() throws IOException {
        Path readme = Files.writeString(folder.resolve("README.md"), "# nothing\n");

        assertThrows(InputException.class, () -> ResultsTable.update(readme, RESULTS));
    }
}
