package org.modernbert4j.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.TestBackends;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.checkpoint.CheckpointWriter;
import org.modernbert4j.checkpoint.WeightType;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.ModernBertConfig;
import picocli.CommandLine.ExitCode;

class InspectCommandTest {
    private static final String MODEL = "src/test/resources/fixtures/older-layout/model";

    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    @BeforeEach
    void capture() {
        System.setOut(new PrintStream(out, true, UTF_8));
        System.setErr(new PrintStream(err, true, UTF_8));
    }

    @AfterEach
    void release() {
        System.setOut(realOut);
        System.setErr(realErr);
        System.clearProperty("backend");
    }

    @Test
    void printsTheTreeOfAllLayers() throws IOException {
        assertEquals(0, Main.run("inspect", MODEL, "--all"));
        assertEquals(Files.readString(Path.of("src/test/resources/inspect/older-layout.txt")), out.toString(UTF_8));
    }

    @Test
    void opensNoLayerOrOne() {
        assertEquals(0, Main.run("inspect", MODEL));
        assertFalse(out.toString(UTF_8).contains("attn.q"));
        out.reset();
        assertEquals(0, Main.run("inspect", MODEL, "--layer", "2"));
        assertTrue(out.toString(UTF_8).contains("layers.2.attn.q.weight"));
        assertFalse(out.toString(UTF_8).contains("layers.1.attn.q.weight"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "nd4j"})
    void writesAndSummarisesTheGraph(String backend) throws IOException {
        System.setProperty("backend", backend);
        Path file = folder.resolve("graph.dot");
        assertEquals(
                0,
                Main.run("inspect", MODEL, "--graph", file.toString(), "--summary", "--head", "mean", "--labels", "7"),
                err.toString(UTF_8));
        String dot = Files.readString(file);
        assertTrue(dot.contains("label=\"layers.3: full_attention\""), dot);
        assertTrue(dot.contains("label=\"head mean\""), dot);
        assertTrue(dot.contains("head.fc.weight\\nvariable FLOAT [7, 16]"), dot);
        assertTrue(out.toString(UTF_8).contains("layers.3.mlp.wo.weight"), out.toString(UTF_8));
    }

    @Test
    void showsTheHeadThatTrainSaved() throws IOException {
        Path best = Files.createDirectory(folder.resolve("best"));
        ModernBertConfig config =
                ModernBertConfig.read(Path.of(MODEL)).withLabels(List.of("culture", "science", "sport"));
        Architecture architecture = Architecture.of(config, Head.named("lstm", 3, 0.3));
        Backend backend = TestBackends.cpu();
        CheckpointWriter.write(
                best, architecture, architecture.initialWeights(backend, 1), backend, WeightType.FLOAT32);
        Files.writeString(best.resolve("head.json"), "{\"head\": \"lstm\", \"dropout\": 0.3, \"maxLength\": 64}");
        Path graph = folder.resolve("graph.dot");

        assertEquals(0, Main.run("inspect", folder.toString(), "--graph", graph.toString()), err.toString(UTF_8));
        String tree = out.toString(UTF_8);
        assertTrue(tree.contains("head.lstm.weight_ih_l0"), tree);
        assertTrue(tree.contains("[3, 16]"), tree);
        assertFalse(tree.contains("UNEXPECTED") || tree.contains("MISSING"), tree);
        assertTrue(Files.readString(graph).contains("label=\"head lstm\""));
    }

    @Test
    void refusesWhatIsNotThere() {
        assertRefused(Main.BAD_INPUT, "nowhere: no such folder", "nowhere");
        assertRefused(
                ExitCode.USAGE,
                "--layer 9 is out of range; use a number from 0 to 3, as " + MODEL + " has 4 layers",
                MODEL,
                "--layer",
                "9");
        assertRefused(
                Main.BAD_INPUT, "missing/graph.dot: its folder does not exist", MODEL, "--graph", "missing/graph.dot");
    }

    private void assertRefused(int code, String message, String... arguments) {
        err.reset();
        String[] line = new String[arguments.length + 1];
        line[0] = "inspect";
        System.arraycopy(arguments, 0, line, 1, arguments.length);
        assertEquals(code, Main.run(line));
        assertTrue(err.toString(UTF_8).startsWith(message), err.toString(UTF_8));
    }
}
