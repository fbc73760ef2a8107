package experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExperimentsTest {
    private static final String MODEL = "src/test/resources/fixtures/older-layout/model";

    @TempDir
    private Path folder;

    static Set<String> names() {
        return Experiments.all().keySet();
    }

    @Test
    void isListedWhereNoneIsNamed() {
        Console console = Console.run("experiment");

        assertEquals(0, console.code());
        List<String> listed =
                console.out().lines().map(line -> line.split(" ", 2)[0]).toList();
        assertEquals(12, listed.size(), console.out());
        assertTrue(listed.containsAll(names()) && listed.contains("CompareAll"), console.out());
    }

    @ParameterizedTest
    @MethodSource("names")
    void runsOnAnyModelAndData(String name) {
        Path run = folder.resolve("run");

        Console console = Console.experiment(name, "--output", run.toString(), "--results", folder.toString());

        assertEquals(0, console.code(), console.err());
        assertTrue(console.out().contains("epoch 2 of 2"), console.out());
        assertTrue(console.out().contains("weighted avg"), console.out());
        assertTrue(console.out().contains("the notebook's: " + Notebook.f1Text(name)), console.out());
        RunResult result = RunResult.ofRun(run);
        assertEquals(2, result.epochs().size());
        assertEquals(40, result.setting().trainTexts() + result.setting().validationTexts());
        assertEquals(result, RunResult.read(folder.resolve(name + "-42.json")));
    }

    @Test
    void aFinishedRunIsNotRunAgain() {
        String run = folder.resolve("run").toString();
        Console.experiment("RuModernBertHeadOnly", "--output", run);

        Console again = Console.experiment("RuModernBertHeadOnly", "--output", run);
        Console other = Console.experiment("RuModernBertHeadOnly", "--output", run, "--seed", "7");

        assertEquals(3, again.code());
        assertTrue(again.err().contains("this run is finished"), again.err());
        assertEquals(3, other.code());
        assertTrue(other.err().contains("holds a run with other settings"), other.err());
    }

    @Test
    void aLabelOfOneTextCanBeLeftOut() throws IOException {
        Path data = folder.resolve("data.csv");
        Files.writeString(data, "topic,text\n" + "a,x y\nb,z w\n".repeat(10) + "rare,x\nБиблиотека,y\n");

        List<String> command = List.of(
                ("experiment UnfreezeEndToStart --plan --sample 1 --max-length 32 --model " + MODEL + " --data " + data)
                        .split(" "));
        Console refused = Console.run(command.toArray(String[]::new));
        Console left = Console.run(Stream.concat(command.stream(), Stream.of("--exclude-labels", "rare,Библиотека"))
                .toArray(String[]::new));

        assertEquals(3, refused.code());
        assertTrue(refused.err().contains("label \"rare\": one text only (line 22), "), refused.err());
        assertTrue(
                refused.err()
                        .contains("; add texts, use a larger --sample or --limit, or leave the label out with"
                                + " --exclude-labels"),
                refused.err());
        assertEquals(0, left.code(), left.err());
        assertTrue(left.out().contains("2 labels"), left.out());
    }

    @Test
    void planTrainsNothing() {
        Path run = folder.resolve("run");

        Console console = Console.experiment("UnfreezeEndToStart", "--plan", "--output", run.toString());

        assertEquals(0, console.code(), console.err());
        assertTrue(console.out().contains("6 labels"), console.out());
        assertTrue(console.out().contains("tokens of a text"), console.out());
        assertTrue(console.out().contains("epoch 2: "), console.out());
        assertFalse(Files.exists(run));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--plan", "--seed=1"})
    void aModelThatIsNotThereIsOneLine(String option) {
        Console console = Console.run("experiment", "ModernBertFull", "--model", "owner/name", option);

        assertEquals(3, console.code());
        String files = option.equals("--plan")
                ? "config.json, tokenizer.json"
                : "config.json, tokenizer.json and model.safetensors";
        assertEquals(
                "owner/name: neither a folder nor in " + System.getenv("HF_HUB_CACHE")
                        + ", and cannot be downloaded (HF_HUB_OFFLINE is set); put " + files
                        + " from " + System.getenv("HF_ENDPOINT") + "/owner/name/tree/main into "
                        + Path.of("models", "owner", "name") + " and give that folder",
                console.err().strip());
    }

    @Test
    void aFolderThatIsNotThereIsOneLine() {
        Console console = Console.run("experiment", "ModernBertFull", "--model", "my-model");

        assertEquals(3, console.code());
        assertEquals(1, console.err().lines().count(), console.err());
        assertTrue(
                console.err().startsWith("my-model: no such folder, expected a model's folder with config.json"),
                console.err());
    }

    @Test
    void theUsualDataAreThePublicFile() {
        Console console = Console.run("experiment", "ModernBertFull", "--model", MODEL);

        assertEquals(3, console.code());
        assertEquals(1, console.err().lines().count(), console.err());
        assertTrue(
                console.err()
                        .startsWith("https://raw.githubusercontent.com/mannefedov/compling_nlp_hse_course/master/data/"
                                + "lenta_40k.csv.zip: not on disk, and cannot be downloaded (HF_HUB_OFFLINE is set);"
                                + " unset it, or put the file into " + System.getenv("XDG_CACHE_HOME")),
                console.err());
    }

    @Test
    void dataThatAreNotThereAreOneLine() {
        Console console = Console.run("experiment", "ModernBertFull", "--model", MODEL, "--data", "nowhere.csv.zip");

        assertEquals(3, console.code());
        assertEquals(
                "nowhere.csv.zip: not on disk; put lenta_40k.csv.zip of the GitHub repository"
                        + " mannefedov/compling_nlp_hse_course there, or give another file with --data",
                console.err().strip());
    }

    @Test
    void anUnknownNameHasNearOnes() {
        Console console = Console.run("experiment", "UnfreezeEndToStrat", "--model", "x");

        assertEquals(2, console.code());
        assertTrue(
                console.err().startsWith("no experiment is called UnfreezeEndToStrat; near names: UnfreezeEndToStart"),
                console.err());
    }
}
