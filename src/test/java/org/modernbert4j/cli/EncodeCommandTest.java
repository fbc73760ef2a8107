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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.backend.Pooling;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.infer.TextEncoder;
import org.modernbert4j.safetensors.SafetensorsFile;
import picocli.CommandLine.ExitCode;

class EncodeCommandTest {
    private static final int HIDDEN = 16;
    private static final float TOLERANCE = 1e-5f;

    /** The longest comes first and is computed last. */
    private static final List<String> TEXTS =
            List.of("Хор сыграл, как \"встарь\", и дождь начался.", "Матч", "Дождь окончен.");

    @TempDir
    private Path temp;

    private static Console encode(Path output, Object... more) {
        return Console.run(Stream.concat(Stream.of("encode", "--output", output), Stream.of(more))
                .toArray());
    }

    private float[] encoded(Object... more) {
        Path output = temp.resolve("e.safetensors");
        Console console = encode(output, more);
        assertEquals(0, console.code(), console.err());
        try (SafetensorsFile file = SafetensorsFile.open(output)) {
            return file.floats("embeddings");
        }
    }

    private static float[] expected(OptionalInt layer, Optional<Pooling> pooling, int text) {
        try (TextEncoder encoder =
                TextEncoder.open(MODEL, layer, OptionalInt.empty(), Backends.ofProcess(), Precision.FLOAT32)) {
            return encoder.encode(TEXTS.get(text), pooling);
        }
    }

    private static void assertRow(float[] wanted, float[] rows, int text) {
        float[] found = new float[HIDDEN];
        System.arraycopy(rows, text * HIDDEN, found, 0, HIDDEN);
        assertArrayEquals(wanted, found, TOLERANCE, "text " + text);
    }

    @ParameterizedTest
    @EnumSource(names = {"CLS", "MEAN"})
    void rowsAreInTheOrderOfTheTexts(Pooling pooling) {
        float[] rows = encoded(
                "--model",
                MODEL,
                "--pooling",
                pooling,
                "--layer",
                2,
                "--batch-size",
                2,
                TEXTS.get(0),
                TEXTS.get(1),
                TEXTS.get(2));
        assertEquals(TEXTS.size() * HIDDEN, rows.length);
        for (int text = 0; text < TEXTS.size(); text++) {
            assertRow(expected(OptionalInt.of(2), Optional.of(pooling), text), rows, text);
        }
    }

    @Test
    void theMeanOfTheLastLayerIsMeantUnlessSaid() {
        float[] rows = encoded("--model", MODEL, TEXTS.get(0));
        assertRow(expected(OptionalInt.empty(), Optional.of(Pooling.MEAN), 0), rows, 0);
    }

    @Test
    void resultsGoToStandardOutputAndProgressToStandardError() {
        Path output = temp.resolve("e.npy");
        Console console = encode(output, "--model", MODEL, "Матч");
        assertEquals("1 texts in " + output + System.lineSeparator(), console.out());
        assertTrue(console.err().contains("encoding"), console.err());
    }

    @Test
    void everyWayToGiveTextsGivesTheSame() throws IOException {
        float[] wanted = encoded("--model", MODEL, "Матч", "Дождь");
        Path lines = Files.writeString(temp.resolve("texts.txt"), "Матч\nДождь\n");
        Path csv = Files.writeString(temp.resolve("texts.csv"), "id,body\n7,Матч\n8,Дождь\n");
        assertArrayEquals(wanted, encoded("--model", MODEL, "--data", lines));
        assertArrayEquals(wanted, encoded("--model", MODEL, "--data", csv, "--text", "body"));
        Path output = temp.resolve("e.safetensors");
        Console console = Console.runWith("Матч\nДождь\n", "encode", "--model", MODEL, "--output", output);
        assertEquals(0, console.code(), console.err());
        try (SafetensorsFile file = SafetensorsFile.open(output)) {
            assertArrayEquals(wanted, file.floats("embeddings"));
        }
    }

    @Test
    void aRowWithoutATextHasZerosAndIsSaidToBe() throws IOException {
        Path csv = Files.writeString(temp.resolve("texts.csv"), "id,body\n7,Матч\n8,\n9,Дождь\n10,None\n");
        Path output = temp.resolve("e.csv");
        Console console = encode(output, "--model", MODEL, "--data", csv, "--text", "body");
        assertTrue(
                console.err()
                        .contains(
                                "note: 2 of 4 rows hold no text, and get a vector of zeros; in CSV, words such as None"),
                console.err());
        List<String> lines = Files.readAllLines(output);
        assertEquals(5, lines.size());
        assertTrue(lines.get(0).startsWith("row,e0,e1,") && lines.get(0).endsWith(",e15"), lines.get(0));
        String zeros = ",0.0".repeat(HIDDEN);
        assertEquals(List.of("1" + zeros, "3" + zeros), List.of(lines.get(2), lines.get(4)));
        float[] found = new float[HIDDEN];
        String[] cells = lines.get(3).split(",", -1);
        for (int i = 0; i < HIDDEN; i++) {
            found[i] = Float.parseFloat(cells[i + 1]);
        }
        assertArrayEquals(encoded("--model", MODEL, "Дождь"), found, TOLERANCE);
        Console kept = encode(output, "--model", MODEL, "--data", csv, "--text", "body", "--keep-na");
        assertTrue(kept.err().contains("note: 1 of 4 rows hold no text, and get a vector of zeros\n"), kept.err());
        assertFalse(Files.readAllLines(output).get(4).endsWith(zeros));
    }

    @Test
    void aRowWithoutATextHasNoTokens() throws IOException {
        Path lines = Files.writeString(temp.resolve("texts.txt"), "\nМатч\n");
        Path output = temp.resolve("e.safetensors");
        Console console = encode(output, "--model", MODEL, "--data", lines, "--pooling", "none");
        assertEquals(0, console.code(), console.err());
        try (SafetensorsFile file = SafetensorsFile.open(output)) {
            long[] lengths = file.longs("lengths");
            assertEquals(0, lengths[0]);
            assertEquals(lengths[1], file.tensor("embeddings").shape().get(0));
            assertArrayEquals(new long[] {0, 1}, file.longs("rows"));
        }
    }

    @Test
    void theBestEpochOfARunIsTakenWhateverItsHead() {
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
                32);
        Console trained = Console.train(options, "--head", "lstm-last", "--learning-rate", 0.01);
        assertEquals(0, trained.code(), trained.err());
        float[] tuned = encoded("--model", run, TEXTS.get(1));
        assertArrayEquals(tuned, encoded("--model", run.resolve("best"), TEXTS.get(1)));
        float[] before = expected(OptionalInt.empty(), Optional.of(Pooling.MEAN), 1);
        assertFalse(Math.abs(before[0] - tuned[0]) < TOLERANCE, "training changed nothing");
    }

    @Test
    void textsAreCutToTheGreatestLength() {
        float[] rows = encoded("--model", MODEL, "--pooling", "none", "--max-length", 6, "слово ".repeat(99), "Матч");
        assertTrue(rows.length <= 2 * 6 * HIDDEN && rows.length > 6 * HIDDEN, rows.length + " numbers");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "none/e.npy | | its folder does not exist",
                "e.npy | --data no.txt | no such file",
            })
    void whatCannotBeUsedIsRefusedInOneLine(String name, String options, String why) throws IOException {
        Console console = refused(name, options);
        assertEquals(Main.BAD_INPUT, console.code(), console.err());
        assertEquals(1, console.errLines().size(), console.err());
        assertTrue(console.err().contains(why), console.err());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "e.txt | --layer 1 | e.txt: the ending names no format of embeddings",
                "e.npy | --layer 5 | layer 5 is out of range; use a number from 0 to 4, as",
                "e.npy | --max-length 257 | max length 257 is out of range; use at most 256, as max_position_embeddings is 256",
                "e.npy | --max-length 1 | has no room for the 2 special tokens",
            })
    void anOptionThatDoesNotFitTheModelIsAWrongUse(String name, String options, String why) throws IOException {
        Console console = refused(name, options);
        assertEquals(ExitCode.USAGE, console.code(), console.err());
        assertTrue(console.errLines().get(0).contains(why), console.err());
    }

    private Console refused(String name, String options) throws IOException {
        Path output = temp.resolve(name);
        Stream<String> more = options == null ? Stream.of("Матч") : Stream.of(options.split(" "));
        boolean text = options != null && !options.startsWith("--data");
        Console console = encode(
                output,
                Stream.of(Stream.of("--model", MODEL), more, text ? Stream.of("Матч") : Stream.empty())
                        .flatMap(part -> part)
                        .toArray());
        try (Stream<Path> files = Files.list(temp)) {
            assertEquals(0, files.count());
        }
        return console;
    }

    @Test
    void aFolderIsNeitherAModelNorAnOutput() throws IOException {
        Path folder = Files.createDirectory(temp.resolve("e.npy"));
        assertTrue(encode(folder, "--model", MODEL, "Матч").err().contains("is a folder"));
        Console console = encode(temp.resolve("x.npy"), "--model", temp, "Матч");
        assertEquals(Main.BAD_INPUT, console.code(), console.err());
        Path broken = TinyCheckpoint.copyTo(temp.resolve("model"));
        Files.delete(broken.resolve("tokenizer.json"));
        assertTrue(
                encode(temp.resolve("x.npy"), "--model", broken, "Матч").err().contains("tokenizer.json"));
    }
}
