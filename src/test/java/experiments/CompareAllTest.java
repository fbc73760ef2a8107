package experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareAllTest {
    private static final Pattern ROW = Pattern.compile(
            "\\| UnfreezeEndToStart +\\| 0\\.\\d{4} ± 0\\.\\d{4} \\| 0\\.\\d{4} ± 0\\.\\d{4} \\| 0\\.\\d{4} 0\\.\\d{4} ");
    private static final Pattern PAIR = Pattern.compile(
            "\\| UnfreezeEndToStart - RuModernBertHeadOnly \\| -?0\\.\\d{4} +\\| [01]\\.\\d{4} +\\| [01]\\.\\d{4} [01]\\.\\d{4} ");

    @TempDir
    private Path folder;

    @Test
    void comparesAndGoesOnAfterAStop() throws IOException {
        Console first = compare("42");
        Console both = compare("42,43");

        assertEquals(0, first.code(), first.err());
        assertEquals(0, both.code(), both.err());
        assertTrue(both.err().contains("UnfreezeEndToStart-42: finished already"), both.err());
        assertTrue(both.out().contains("Best strategy: "), both.out());
        assertTrue(ROW.matcher(both.out()).find(), both.out());
        assertTrue(PAIR.matcher(both.out()).find(), both.out());
        assertEquals(both.out(), Files.readString(folder.resolve("comparison.md")));
        assertTrue(Files.exists(folder.resolve("results/RuModernBertHeadOnly-43.json")));
    }

    @Test
    void anUnknownExperimentIsRefusedBeforeAnyRuns() {
        Console console = Console.experiment("CompareAll", "--experiments", "Nothing", "--output", folder.toString());

        assertEquals(3, console.code());
        assertTrue(console.err().startsWith("no experiment is called Nothing; near names: "), console.err());
    }

    private Console compare(String seeds) {
        return Console.experiment(
                "CompareAll",
                "--experiments",
                "UnfreezeEndToStart,RuModernBertHeadOnly",
                "--seeds",
                seeds,
                "--output",
                folder.toString(),
                "--results",
                folder.resolve("results").toString());
    }
}
