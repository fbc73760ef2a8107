package experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** The commands {@code plan} and {@code train --dry-run}. */
class PlanTest {
    private static final String BASE = "src/test/resources/freeze";
    private static final String FIXTURE = "src/test/resources/fixtures/older-layout/";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvFileSource(resources = "/freeze/counts.csv", numLinesToSkip = 1)
    void countsWhatTrains(String schedule, int epoch, long parameters) {
        Console console = Console.run(
                "plan", "--model", BASE, "--labels", "17", "--schedule", schedule, "--epochs", String.valueOf(epoch));

        assertEquals(0, console.code(), console.err());
        String line =
                String.format(Locale.ROOT, "(?s).*epochs? (\\d+ to )?%d: %,d of 149,027,345 .*", epoch, parameters);
        assertTrue(console.out().matches(line), console.out());
    }

    @Test
    void drawsSvg() throws Exception {
        Path svg = folder.resolve("plan.svg");

        Console console = Console.run(
                "plan", "--model", BASE, "--labels", "3", "--train", "head,layers.*.attn.q", "--svg", svg.toString());

        assertEquals(0, console.code(), console.err());
        assertTrue(console.out().contains("cached: nothing"), console.out());
        var drawing = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(svg.toFile());
        assertEquals("svg", drawing.getDocumentElement().getTagName());
        assertTrue(Files.readString(svg).contains("layer 21 q: trains"));
    }

    @Test
    void aPlanNeedsLabelsAndSizes() {
        assertEquals(2, Console.run("plan", "--model", BASE, "--labels", "0").code());
        assertEquals(
                2,
                Console.run("plan", "--model", BASE, "--labels", "2", "--texts", "0")
                        .code());
        assertEquals(
                3, Console.run("plan", "--model", "nowhere", "--labels", "2").code());
    }

    @Test
    void aDryRunNeedsNoWeightsAndNoTokenizer() throws IOException {
        Files.copy(Path.of(FIXTURE, "model/config.json"), folder.resolve("config.json"));

        Console console = Console.run(
                "train",
                "--dry-run",
                "--model",
                folder.toString(),
                "--data",
                FIXTURE + "data.csv",
                "--label",
                "topic",
                "--max-length",
                "64",
                "--schedule",
                "end-to-start");

        assertEquals(0, console.code(), console.err());
        assertTrue(console.out().contains("no tokenizer.json: every text counts as 64 tokens"), console.out());
        assertTrue(
                console.out().contains("120 rows, none left out\n96 texts train, 24 validate\n8 labels"),
                console.out());
        assertTrue(console.out().contains("epoch 3: "), console.out());
    }
}
