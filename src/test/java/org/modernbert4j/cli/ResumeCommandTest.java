package org.modernbert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.TinyCheckpoint;
import picocli.CommandLine.ExitCode;

/** {@code train --resume} of a run of one epoch of 6 steps, saved after 4 and 6. */
class ResumeCommandTest {
    private static final String OFFER = "; go on from the checkpoint before it: ";

    @TempDir
    private static Path shared;

    private static Path trained;

    @TempDir
    private Path temp;

    private Path run;

    @BeforeAll
    static void train() {
        trained = shared.resolve("run");
        String options = "train --label topic --epochs 1 --max-length 32 --save-every 4 --model %s --data %s --output"
                .formatted(TinyCheckpoint.MODEL, TinyCheckpoint.DATA);
        Console console = Console.run(Stream.concat(Arrays.stream(options.split(" ")), Stream.of(trained))
                .toArray());
        assertEquals(0, console.code(), console.err());
    }

    @BeforeEach
    void copy() throws IOException {
        run = temp.resolve("a run");
        try (Stream<Path> files = Files.walk(trained)) {
            for (Path file : files.toList()) {
                Files.copy(file, run.resolve(trained.relativize(file).toString()));
            }
        }
    }

    private static String refusal(Console console) {
        assertEquals(Main.BAD_INPUT, console.code(), console.err());
        assertEquals(1, console.errLines().size(), console.err());
        return console.errLines().get(0);
    }

    @Test
    void theCommandThatIsOfferedForADamagedCheckpointWorks() throws IOException {
        Path weights = run.resolve("checkpoint-6/model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);
        String line = refusal(Console.run("train", "--resume", run));
        assertTrue(line.startsWith(weights + ": has the SHA-256 "), line);
        String command = line.substring(line.indexOf(OFFER) + OFFER.length());
        assertEquals("train --resume '" + run.resolve("checkpoint-4") + "'", command);
        Console resumed = Console.run(
                "train", "--resume", command.substring(command.indexOf('\'')).replace("'", ""));
        assertEquals(0, resumed.code(), resumed.err());
        assertTrue(resumed.err().contains("the next checkpoint replaces the later"), resumed.err());
        assertEquals(0, Console.run("train", "--resume", run).code());
    }

    @Test
    void goesOnForMoreEpochs() {
        Console resumed = Console.run(
                "train",
                "--resume",
                run,
                "--epochs",
                2,
                "--data",
                TinyCheckpoint.DATA,
                "--model",
                TinyCheckpoint.MODEL);
        assertEquals(0, resumed.code(), resumed.err());
        assertTrue(resumed.err().contains("planned for 6 steps at first"), resumed.err());
        assertTrue(Files.isDirectory(run.resolve("checkpoint-12")));
    }

    @Test
    void goesOnWithAnotherWayOfStepsThatAreNotFinite() throws IOException {
        Console resumed = Console.run("train", "--resume", run, "--epochs", 2, "--on-nan", "skip");
        assertEquals(0, resumed.code(), resumed.err());
        assertTrue(Files.readString(run.resolve("run.json")).contains("\"on_nan\": \"skip\""));
    }

    @Test
    void goesOnWithAnotherPatience() throws IOException {
        Console resumed = Console.run("train", "--resume", run, "--epochs", 2, "--patience", 1);
        assertEquals(0, resumed.code(), resumed.err());
        assertTrue(Files.readString(run.resolve("run.json")).contains("\"patience\": 1"));
        assertEquals(
                ExitCode.USAGE,
                Console.run("train", "--resume", run, "--patience", 0).code());
    }

    @Test
    void goesOnOnAnotherBackend() throws IOException {
        Console resumed = Console.run("train", "--resume", run, "--epochs", 2, "--backend", "nd4j");
        assertEquals(0, resumed.code(), resumed.err());
        assertTrue(resumed.err().contains("note: now on nd4j, before on cpu, until step 6; "), resumed.err());
        assertTrue(Files.readString(run.resolve("run.json")).contains("\"backend\": \"nd4j\""));
    }

    @Test
    void moreEpochsThanAPlanHasAreRefused() {
        Console console = Console.run("train", "--resume", run, "--epochs", Integer.MAX_VALUE);
        assertEquals(ExitCode.USAGE, console.code(), console.err());
        assertEquals(
                "epochs 2147483647 is out of range; use a number from 1 to 100000",
                console.errLines().get(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--batch-size", "--seed", "--limit", "--max-length"})
    void whatWouldChangeTheRunIsRefused(String option) {
        Console console = Console.run("train", "--resume", run, option, 3);
        assertEquals(ExitCode.USAGE, console.code(), console.err());
        assertTrue(
                console.err().contains("leave out " + option + "; a run that goes on keeps its settings"),
                console.err());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"head\": \"cls\" | \"hat\": \"cls\" | run.json: settings.head: found nothing",
                "\"head\": \"cls\" | \"head\": \"hat\" | run.json: settings.head: found \"hat\"",
                "\"batch_size\": 16 | \"batch_size\": -1 | batch size -1",
                "\"epochs\": 1 | \"epochs\": null | run.json: settings.epochs: found null",
                "\"epochs\": 1 | \"epochs\": 2147483647 | run.json: epochs 2147483647 is out of range",
                "\"learning_rate\": 2.0E-5 | \"learning_rate\": 1 | learning_rate: found 1.0, expected 2.0E-5, as ",
                "\"head\": \"cls\" | \"head\": \"mean\" | run.json: head: found \"mean\", expected \"cls\", as ",
                "\"dropout\": 0.3 | \"dropout\": \"x\" | run.json: settings.dropout: found \"x\"",
                "\"keep_checkpoints\": 2 | \"keep_checkpoints\": 0 | keep checkpoints 0",
                "\"save_every\": \"4\" | \"save_every\": \"4h\" | save every: found \"4h\"",
            })
    void settingsThatCannotBe(String right, String wrong, String why) throws IOException {
        Path file = run.resolve("run.json");
        String text = Files.readString(file);
        assertTrue(text.contains(right), text);
        Files.writeString(file, text.replace(right, wrong));
        String line = refusal(Console.run("train", "--resume", run));
        assertTrue(line.contains(why), line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "-1", "1.5", "\"x\"", "[]"})
    void aHeadThatCannotBe(String dropout) throws IOException {
        Path best = run.resolve("best");
        Files.delete(best.resolve("SHA256SUMS"));
        Path file = best.resolve("head.json");
        Files.writeString(file, Files.readString(file).replaceFirst("\"dropout\": [0-9.]+", "\"dropout\": " + dropout));
        String line = refusal(Console.run("predict", "--model", run, "text"));
        assertTrue(line.contains("head.json: dropout: found " + dropout), line);
    }
}
