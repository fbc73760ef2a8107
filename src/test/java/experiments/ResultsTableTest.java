package experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
        assertTrue(once.contains("\nsmall, news.csv, 80 + 20 texts, learning rate 0.001:\n\n| experiment "), once);
        assertTrue(
                once.contains(
                        "| `UnfreezeEndToStart` | 0.7500 ± 0.0707 | 0.5500 0.7500 | 0.7600 ± 0.0566 | 42 43 | 14.0 s"
                                + "        | 900 MiB "),
                once);
    }

    @Test
    void onlyTheNotebooksModelAndDataStandBesideItsFigures() throws IOException {
        Path readme = Files.copy(README, folder.resolve("README.md"));
        ResultsTable.update(readme, RESULTS);
        assertTrue(Files.readString(readme).contains("| 0.7390 0.7609 0.7822 | not run |"));

        Path same = Files.createDirectory(folder.resolve("same"));
        for (String file : List.of("UnfreezeEndToStart-42.json", "UnfreezeEndToStart-43.json")) {
            String result = Files.readString(RESULTS.resolve(file))
                    .replace("\"small\"", "\"deepvk/RuModernBERT-base\"")
                    .replace("\"news.csv\"", "\"lenta_40k.csv.zip\"");
            Files.writeString(same.resolve(file), result);
        }
        ResultsTable.update(readme, same);
        assertTrue(Files.readString(readme).contains("| 0.7390 0.7609 0.7822 | 0.7500 ± 0.0707 |"));
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
