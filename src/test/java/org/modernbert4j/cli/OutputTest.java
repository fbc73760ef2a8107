package org.modernbert4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modernbert4j.TinyCheckpoint;

/** No command writes over what it reads, or over what is not its own. */
class OutputTest {
    @TempDir
    private Path temp;

    private static List<String> all(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private void assertRefused(String part, Object... arguments) throws IOException {
        List<String> before = all(temp);
        Console console = Console.run(arguments);
        assertEquals(Main.BAD_INPUT, console.code(), console.err());
        String last = console.errLines().get(console.errLines().size() - 1);
        assertTrue(last.contains(part), console.err());
        assertEquals(before, all(temp));
    }

    private List<Object> demo(Path data, Path output) {
        return new ArrayList<>(List.of("demo", "--model", TinyCheckpoint.MODEL, "--data", data, "--output", output));
    }

    @Test
    void theDemoLooksAtItsInputBeforeItReplacesARun() throws IOException {
        Path run = temp.resolve("run");
        Path data = Files.writeString(temp.resolve("news.csv"), "topic,text\n" + "a,Матч.\nb,Дождь.\n".repeat(5));
        Console first = Console.run(demo(data, run).toArray());
        assertEquals(0, first.code(), first.err());
        Files.writeString(run.resolve("best").resolve("notes.txt"), "theirs");
        Files.writeString(run.resolve("notes.txt"), "theirs");
        Path headerOnly = Files.writeString(temp.resolve("header.csv"), "text,topic\n");
        assertRefused("header.csv", demo(headerOnly, run).toArray());
        Path metrics = run.resolve("metrics.csv");
        String header = Files.readAllLines(metrics).get(0);
        Files.writeString(metrics, "old");

        Console again = Console.run(demo(data, run).toArray());
        assertEquals(0, again.code(), again.err());
        assertEquals(header, Files.readAllLines(metrics).get(0));
        assertEquals("theirs", Files.readString(run.resolve("notes.txt")));
        assertEquals("theirs", Files.readString(run.resolve("best").resolve("notes.txt")));
    }

    @Test
    void theDemoRefusesAFolderOfOthers() throws IOException {
        Path output = Files.createDirectory(temp.resolve("theirs"));
        Files.writeString(output.resolve("report.html"), "theirs");
        assertRefused(
                "found report.html in it but no run",
                demo(TinyCheckpoint.DATA, output).toArray());
        assertEquals("theirs", Files.readString(output.resolve("report.html")));
    }

    @Test
    void embeddingsReplaceAFileButNoInput() throws IOException {
        Path model = TinyCheckpoint.copyTo(temp.resolve("model"));
        Path weights = model.resolve("model.safetensors");
        byte[] before = Files.readAllBytes(weights);
        assertRefused("found a file that is read", "encode", "--model", model, "--output", weights, "text");
        assertArrayEquals(before, Files.readAllBytes(weights));
        Path texts = Files.writeString(temp.resolve("texts.csv"), "text\nМатч\n");
        Object[] same = {"encode", "--model", model, "--data", texts, "--text", "text", "--output", texts};
        assertRefused("found a file that is read", same);
        assertEquals("text\nМатч\n", Files.readString(texts));

        Path output = Files.writeString(model.resolve("embeddings.csv"), "old");
        Files.writeString(model.resolve("embeddings.csv.rows"), "theirs");
        Console encoded = Console.run("encode", "--model", model, "--output", output, "Матч");
        assertEquals(0, encoded.code(), encoded.err());
        assertTrue(Files.readString(output).startsWith("row,e0"), "replaced");
        assertEquals("theirs", Files.readString(model.resolve("embeddings.csv.rows")));
    }

    @Test
    void drawingsReplaceAFileButNoInput() throws IOException {
        Path model = TinyCheckpoint.copyTo(temp.resolve("model"));
        Path config = model.resolve("config.json");
        String before = Files.readString(config);
        Path schedule = Files.writeString(temp.resolve("schedule"), "1: head\n");
        assertRefused("that is read", "plan", "--model", model, "--labels", 2, "--svg", config);
        assertRefused(
                "that is read", "plan", "--model", model, "--labels", 2, "--schedule", schedule, "--svg", schedule);
        assertRefused("is a folder", "plan", "--model", model, "--labels", 2, "--svg", model);
        assertRefused("folder does not exist", "plan", "--model", model, "--labels", 2, "--svg", temp.resolve("a/b"));
        assertRefused("that is read", "inspect", model, "--graph", config);
        assertEquals(before, Files.readString(config));
    }

    /** One exit code, {@link #assertRefused} has it, whatever the command and whatever is there. */
    @Test
    void whatIsNotOursIsRefusedByEachCommand() throws IOException {
        Path model = TinyCheckpoint.MODEL;
        Path theirs = Files.createDirectory(temp.resolve("theirs.npy"));
        Files.writeString(theirs.resolve("notes.txt"), "theirs");
        Path file = Files.writeString(temp.resolve("file"), "theirs");
        Path dangling = Files.createSymbolicLink(temp.resolve("dangling"), temp.resolve("nowhere"));
        for (Path output : List.of(theirs, file, dangling)) {
            String name = output.toString();
            assertRefused(name, demo(TinyCheckpoint.DATA, output).toArray());
            assertRefused(name, "init", "--tokenizer", model, "--output", output);
            assertRefused(name, "export", "--model", model, "--output", output);
            assertRefused(name, "pretrain", "--model", model, "--data", TinyCheckpoint.DATA, "--output", output);
        }
        assertRefused("is a folder", "encode", "--model", model, "--output", theirs, "text");
        assertRefused("is a folder", "plan", "--model", model, "--labels", 2, "--svg", theirs);
        assertRefused("is a folder", "inspect", model, "--graph", theirs);
    }

    @Test
    void newModelsAreApartFromTheirInputs() throws IOException {
        Path model = TinyCheckpoint.copyTo(temp.resolve("model"));
        assertRefused("lies in what is read", "init", "--tokenizer", model, "--output", model.resolve("small"));
        assertRefused("exists already", "init", "--tokenizer", model, "--output", model);
        assertRefused("lies in what is read", "export", "--model", model, "--output", model.resolve("export"));
        assertRefused("exists already", "export", "--model", model, "--output", temp);
        Object[] pretrain = {
            "pretrain", "--model", model, "--data", TinyCheckpoint.DATA, "--output", model.resolve("run")
        };
        assertRefused("lies in what is read", pretrain);
    }
}
