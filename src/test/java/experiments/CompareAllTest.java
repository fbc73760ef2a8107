package experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
    void comparesAndLeavesOutWhatIsFinished() throws IOException {
        for (String name : List.of("UnfreezeEndToStart", "RuModernBertHeadOnly")) {
            Console.experiment(name, "--output", folder.resolve(name + "-42").toString());
        }

        Console console = Console.experiment(
                "CompareAll",
                "--experiments",
                "UnfreezeEndToStart,RuModernBertHeadOnly",
                "--seeds",
                "42,43",
                "--output",
                folder.toString(),
                "--results",
                folder.resolve("results").toString());

        assertEquals(0, console.code(), console.err());
        assertTrue(console.err().contains("UnfreezeEndToStart-42: finished already"), console.err());
        assertTrue(console.out().contains("Best strategy: "), console.out());
        assertTrue(ROW.matcher(console.out()).find(), console.out());
        assertTrue(PAIR.matcher(console.out()).find(), console.out());
        assertEquals(console.out(), Files.readString(folder.resolve("comparison.md")));
        try (Stream<Path> results = Files.list(folder.resolve("results"))) {
            assertEquals(4, results.count());
        }
    }

    @Test
    void anUnknownExperimentIsRefusedBeforeAnyRuns() {
        Console console = Console.experiment("CompareAll", "--experiments", "Nothing", "--output", folder.toString());

        assertEquals(3, console.code());
        assertTrue(console.err().startsWith("no experiment is called Nothing; use one of "), console.err());
    }
}
