package org.modernbert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.run.RunFolder;
import org.modernbert4j.safetensors.BrokenNumbers;

/** Weights that hold NaN or infinity, or give it: a line and exit code 3, and no result. */
class NonFiniteWeightsTest {
    private static final String TENSOR = "model.layers.1.mlp.Wi.weight";
    private static final String EMBEDDING = "model.embeddings.tok_embeddings.weight";
    private static final int WIDTH = 16;
    private static final int TOKENS = 320;

    @TempDir
    private Path temp;

    private void assertRefused(Console console, Object... parts) {
        assertEquals(Main.BAD_INPUT, console.code(), console.err());
        String line = console.errLines().get(console.errLines().size() - 1);
        for (Object part : parts) {
            assertTrue(line.contains(part.toString()), console.err());
        }
        assertEquals("", console.out());
    }

    private Console train(Path model, Object... more) {
        return Console.run(Stream.concat(
                        Stream.of("train", "--model", model, "--data", TinyCheckpoint.DATA, "--label", "topic"),
                        Stream.concat(
                                Stream.of("--max-length", 16, "--epochs", 1, "--output", temp.resolve("run")),
                                Stream.of(more)))
                .toArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"train", "pretrain", "encode", "benchmark", "inspect"})
    void eachCommandNamesFileTensorAndPlace(String command) {
        Path model = TinyCheckpoint.copyTo(temp.resolve("model"));
        Path weights = model.resolve("model.safetensors");
        BrokenNumbers.put(weights, TENSOR, 5 * WIDTH + 3, Float.NaN, 1, Float.NEGATIVE_INFINITY);
        Path output = temp.resolve("out.npy");
        Console console =
                switch (command) {
                    case "train" -> train(model);
                    case "pretrain" ->
                        Console.run(
                                "pretrain",
                                "--model",
                                model,
                                "--data",
                                TinyCheckpoint.DATA,
                                "--length",
                                32,
                                "--output",
                                temp.resolve("run"));
                    case "encode" -> Console.run("encode", "--model", model, "--output", output, "text");
                    case "inspect" -> Console.run("inspect", model);
                    default -> Console.run("benchmark", "--model", model, "--length", 8, "--steps", 1);
                };
        assertRefused(
                console,
                weights + ": tensor " + TENSOR + ": found 2 numbers that are NaN or infinite, the first NaN at [5, 3]",
                "expected finite numbers");
        assertFalse(Files.exists(output));
    }

    @Test
    void whatTrainSavedIsReadInTheSameWay() throws IOException {
        assertEquals(0, train(TinyCheckpoint.MODEL).code());
        Path run = temp.resolve("run");
        Path moments = RunFolder.lastCheckpoint(run).resolve("optimizer.safetensors");
        BrokenNumbers.put(moments, "exp_avg.layers.0.attn.q.weight", 1, Float.POSITIVE_INFINITY);
        assertEquals(Main.BAD_INPUT, Console.run("train", "--resume", run).code());

        Path best = run.resolve("best").resolve("model.safetensors");
        Files.delete(best.resolveSibling("SHA256SUMS")); // it would find the change before the numbers are read
        byte[] sound = Files.readAllBytes(best);
        BrokenNumbers.put(best, TENSOR, 0, Float.POSITIVE_INFINITY);
        assertRefused(Console.run("predict", "--model", run, "text"), best, TENSOR, "1 number that is", "Infinity");
        Path export = temp.resolve("export");
        assertRefused(Console.run("export", "--model", run, "--output", export), best, TENSOR);
        assertFalse(Files.exists(export));

        Files.write(best, sound);
        float[] tooLarge = new float[TOKENS * WIDTH];
        Arrays.fill(tooLarge, 3e38f);
        BrokenNumbers.put(best, EMBEDDING, 0, tooLarge);
        for (List<Object> command : List.<List<Object>>of(
                List.of("predict", "--model", run, "Матч", "Дождь"),
                List.of("encode", "--model", run, "--output", temp.resolve("out.csv"), "Матч", "Дождь"))) {
            assertRefused(
                    Console.run(command.toArray()),
                    run.resolve("best"),
                    "found NaN in the network's output for argument 1, \"",
                    "; use other weights, as these give numbers that are too large for float32");
        }
    }
}
