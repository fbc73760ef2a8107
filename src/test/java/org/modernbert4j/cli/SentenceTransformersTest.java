package org.modernbert4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.modernbert4j.TinyCheckpoint.DATA;
import static org.modernbert4j.TinyCheckpoint.MODEL;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modernbert4j.safetensors.SafetensorsFile;

/** {@code encode} and {@code export} with folders of sentence-transformers. */
class SentenceTransformersTest {
    private static final Path FOLDERS = Path.of("src", "test", "resources", "sentence");
    private static final String TEXT = "The fox runs over the hill, as the rain begins to fall on the town.";

    @TempDir
    private Path temp;

    private Console encode(Path model, Object... more) {
        return Console.run(Stream.concat(
                        Stream.of("encode", "--model", model, "--output", temp.resolve("e.safetensors"), TEXT),
                        Stream.of(more))
                .toArray());
    }

    private float[] encoded(Path model, Object... more) {
        Console console = encode(model, more);
        assertEquals(0, console.code(), console.err());
        try (SafetensorsFile file = SafetensorsFile.open(temp.resolve("e.safetensors"))) {
            return file.floats("embeddings");
        }
    }

    private Console export(Path model, Path output, Object... more) {
        return Console.run(Stream.concat(
                        Stream.of("export", "--format", "sentence-transformers", "--model", model, "--output", output),
                        Stream.of(more))
                .toArray());
    }

    @Test
    void theFoldersPoolingAndLengthHoldUnlessOthersAreGiven() {
        Path older = FOLDERS.resolve("older");
        float[] own = encoded(older);
        assertFalse(Arrays.equals(own, encoded(older, "--max-length", 5)));
        Console other = encode(older, "--pooling", "mean");
        assertTrue(
                other.err().contains("note: " + older + ": its pooling is last-token; --pooling mean is taken instead"),
                other.err());
        double squares = 0;
        for (float number : encoded(older, "--pooling", "mean")) {
            squares += (double) number * number;
        }
        assertEquals(1, squares, 1e-5);
        assertFalse(encode(FOLDERS.resolve("mean-normalized"), "--pooling", "mean")
                .err()
                .contains("its pooling"));
    }

    @ParameterizedTest
    @CsvSource({"predict", "inspect"})
    void otherCommandsNameTheModelInTheFolder(String command) {
        Path older = FOLDERS.resolve("older");
        Console refused = command.equals("predict")
                ? Console.run("predict", "--model", older, TEXT)
                : Console.run("inspect", older);
        assertEquals(Main.BAD_INPUT, refused.code(), refused.err());
        String next = "expected the model in it; give " + older.resolve("0_Transformer")
                + ", which train takes; encode takes the folder itself";
        assertTrue(refused.err().contains(next), refused.err());
    }

    @ParameterizedTest
    @CsvSource({"cls, cls", "mean, mean", "published, mean", "lstm, mean"})
    void theEncoderOfARunIsWrittenWithThePoolingOfItsHead(String head, String pooling) throws IOException {
        Path run = temp.resolve("run");
        Map<String, ?> options = Map.of(
                "--model",
                MODEL,
                "--data",
                DATA,
                "--label",
                "topic",
                "--output",
                run,
                "--epochs",
                1,
                "--max-length",
                8);
        Console trained = Console.train(options, "--head", head);
        assertEquals(0, trained.code(), trained.err());
        Path output = temp.resolve("vectors");
        Console exported = export(run, output);
        assertEquals(0, exported.code(), exported.err());
        assertEquals("saved in " + output + System.lineSeparator(), exported.out());
        try (Stream<Path> files = Files.walk(output)) {
            assertEquals(
                    Set.of(
                            "README.md",
                            "SHA256SUMS",
                            "config.json",
                            "model.safetensors",
                            "tokenizer.json",
                            "tokenizer_config.json",
                            "modules.json",
                            "sentence_bert_config.json",
                            "config_sentence_transformers.json",
                            "1_Pooling/config.json"),
                    files.filter(Files::isRegularFile)
                            .map(file -> output.relativize(file).toString())
                            .collect(Collectors.toSet()));
        }
        String card = Files.readString(output.resolve("README.md"));
        assertTrue(card.startsWith("---\nlibrary_name: sentence-transformers\n"), card);
        assertTrue(card.contains("texts are cut to 8 tokens") && card.contains("- head: " + head), card);
        assertFalse(card.contains(temp.toString()), card);
        assertTrue(Files.readString(output.resolve("config.json")).contains("\"ModernBertModel\""));
        assertArrayEquals(encoded(run, "--pooling", pooling, "--max-length", 8), encoded(output));
    }

    @Test
    void anyCheckpointIsWrittenAndAModelOfTheLibraryStaysWhatItIs() {
        Path mean = temp.resolve("mean");
        Console exported = export(MODEL, mean);
        assertEquals(0, exported.code(), exported.err());
        assertTrue(exported.err().contains("tells nothing of the training"), exported.err());
        assertArrayEquals(encoded(MODEL), encoded(mean));
        Path cls = temp.resolve("cls");
        assertEquals(0, export(MODEL, cls, "--pooling", "cls").code());
        assertArrayEquals(encoded(MODEL, "--pooling", "cls"), encoded(cls));
        for (String name : new String[] {"older", "cls-prompted"}) {
            Path again = temp.resolve(name);
            assertEquals(0, export(FOLDERS.resolve(name), again).code());
            assertArrayEquals(encoded(FOLDERS.resolve(name)), encoded(again));
        }
    }

    @Test
    void anExportThatFailsLeavesNothing() throws IOException {
        Path there = Files.createDirectory(temp.resolve("there"));
        Console refused = export(MODEL, there);
        assertEquals(Main.BAD_INPUT, refused.code());
        assertTrue(refused.err().startsWith(there + ": exists already"), refused.err());
        Files.delete(there);
        Console lacking = export(temp.resolve("nowhere"), there);
        assertEquals(Main.BAD_INPUT, lacking.code());
        try (Stream<Path> files = Files.list(temp)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void aChangedModulesFileIsFound() throws IOException {
        Path output = temp.resolve("vectors");
        assertEquals(0, export(MODEL, output).code());
        Path file = output.resolve("sentence_bert_config.json");
        Files.writeString(file, Files.readString(file) + " ");
        Console refused = encode(output);
        assertEquals(Main.BAD_INPUT, refused.code());
        assertTrue(refused.err().startsWith(file + ": has the SHA-256 "), refused.err());
    }
}
