package org.modernbert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.checkpoint.AtomicFolder;
import picocli.CommandLine.ExitCode;

/** What cannot be used exits with 3 and one line, wrong usage with 2; neither leaves anything that a second try would trip over. */
class BadInputTest {
    private static final List<String> ROWS =
            List.of("Спорт,Матч начался.", "Спорт,Матч окончен.", "Погода,Дождь начался.", "Погода,Дождь окончен.");

    @TempDir
    private Path temp;

    private Path model;
    private Path data;
    private Path output;

    @BeforeEach
    void soundFiles() throws IOException {
        model = TinyCheckpoint.copyTo(temp.resolve("model"));
        data = temp.resolve("data.csv");
        output = temp.resolve("run");
        writeData(ROWS);
    }

    private void writeData(List<String> rows, String... more) throws IOException {
        List<String> lines = new ArrayList<>(List.of("topic,text"));
        lines.addAll(rows);
        lines.addAll(List.of(more));
        Files.write(data, lines);
    }

    private Console train(Object... others) {
        Map<String, ?> options = Map.of(
                "--model",
                model,
                "--data",
                data,
                "--label",
                "topic",
                "--output",
                output,
                "--max-length",
                32,
                "--epochs",
                1,
                "--validation",
                0.5);
        return Console.train(options, others);
    }

    /** One line that has all these parts. */
    private void assertRefused(Console console, Object... parts) throws IOException {
        assertEquals(Main.BAD_INPUT, console.code(), console.err());
        assertEquals(1, console.errLines().size(), console.err());
        assertEquals("", console.out());
        for (Object part : parts) {
            assertTrue(console.err().contains(part.toString()), console.err());
        }
    }

    /** With sound files and settings. */
    private void assertTheSameOutputCanBeUsed() throws IOException {
        AtomicFolder.remove(model);
        soundFiles();
        Console console = train();
        assertEquals(0, console.code(), console.err());
    }

    private void edit(String file, String old, String replacement) throws IOException {
        Path path = model.resolve(file);
        String text = Files.readString(path);
        assertTrue(text.contains(old), old);
        Files.writeString(path, text.replace(old, replacement));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--label subject | no column named \"subject\" among [topic, text]",
                "--exclude-labels Спорт,Погода | data.csv: labels to exclude: no text is left",
            })
    void aSettingThatDoesNotFitTheData(String options, String why) throws IOException {
        assertRefused(train((Object[]) options.split(" ")), why);
        assertTheSameOutputCanBeUsed();
    }

    /** A wrong use of the option: its value is at fault, no file. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--freeze layrs.0 | near names: layers",
                "--train layers.9 | near names: layers.",
                "--no-decay nroms | near names: norms",
                "--schedule upwards | no such file",
                "--train none | nothing trains",
                "--max-length 257 | max_position_embeddings is 256",
            })
    void aSettingThatDoesNotFitTheModel(String options, String why) throws IOException {
        Console console = train((Object[]) options.split(" "));
        assertEquals(ExitCode.USAGE, console.code(), console.err());
        assertTrue(console.errLines().get(0).contains(why), console.err());
        assertEquals(
                "see modernbert4j train --help",
                console.errLines().get(console.errLines().size() - 1));
        assertTrue(console.errLines().size() < 8, console.err());
        assertTheSameOutputCanBeUsed();
    }

    @Test
    void dataThatIsNotThere() throws IOException {
        Files.delete(data);
        assertRefused(train(), data, "no such file");
    }

    @Test
    void anEmptyLabelWhereMissingIsRefused() throws IOException {
        writeData(ROWS, ",Снег.");
        assertRefused(train("--missing", "refuse"), data + " line 6", "is missing");
        assertTheSameOutputCanBeUsed();
    }

    @Test
    void aQuoteThatDoesNotClose() throws IOException {
        writeData(ROWS, "Погода,\"Снег.");
        assertRefused(train(), data + " line 6", "quote");
    }

    @Test
    void oneLabelOnly() throws IOException {
        assertRefused(train("--exclude-labels", "Спорт"), data, "found only \"Погода\" in all 2 texts", "at least two");
        assertTheSameOutputCanBeUsed();
    }

    @Test
    void labelsThatLookAlikeAreSaid() throws IOException {
        writeData(ROWS, "спорт,Гол забит.", "спорт,Гол отменён.", "Погода ,Снег.", "Погода ,Град.");
        Console console = train();
        assertEquals(0, console.code(), console.err());
        for (String labels : List.of("\"Спорт\" and \"спорт\"", "\"Погода\" and \"Погода \"")) {
            assertTrue(console.err().contains("note: the labels " + labels + " differ only by"), console.err());
        }
    }

    @Test
    void aLabelWithOneText() throws IOException {
        writeData(ROWS, "Музыка,Хор поёт.");
        assertRefused(train(), data, "Музыка", "one text only");
        assertTheSameOutputCanBeUsed();
    }

    @Test
    void aModelThatIsNotThere() throws IOException {
        AtomicFolder.remove(model);
        assertRefused(train(), model, "no such folder");
        assertTheSameOutputCanBeUsed();
    }

    @ParameterizedTest
    @CsvSource({"config.json", "model.safetensors", "tokenizer.json"})
    void aFileOfTheModelThatIsNotThere(String file) throws IOException {
        Files.delete(model.resolve(file));
        assertRefused(train(), file);
        assertTheSameOutputCanBeUsed();
    }

    @Test
    void weightsThatAreCutOff() throws IOException {
        Path weights = model.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        Files.write(weights, Arrays.copyOf(bytes, bytes.length - 100));
        assertRefused(train(), weights);
        assertTheSameOutputCanBeUsed();
    }

    @Test
    void weightsWhoseHeaderLies() throws IOException {
        byte[] header = "{\"model.final_norm.weight\":{\"dtype\":\"F32\",\"shape\":[1000000],\"data_offsets\":[0,4]}}"
                .getBytes(StandardCharsets.UTF_8);
        Path weights = model.resolve("model.safetensors");
        Files.write(
                weights,
                ByteBuffer.allocate(Long.BYTES + header.length + 4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(header.length)
                        .put(header)
                        .array());
        assertRefused(train(), weights, "model.final_norm.weight");
    }

    @Test
    void aConfigurationThatDoesNotFitTheWeights() throws IOException {
        edit("config.json", "\"hidden_size\": 16", "\"hidden_size\": 32");
        assertRefused(train(), model, "has shape [320, 16], config.json needs [320, 32]");
        assertTheSameOutputCanBeUsed();
    }

    @Test
    void aConfigurationThatIsNoJson() throws IOException {
        edit("config.json", "{", "");
        assertRefused(train(), model.resolve("config.json"));
    }

    @Test
    void anOutputThatHoldsARunAlready() throws IOException {
        assertEquals(0, train().code());
        assertRefused(train(), output, "holds a run already");
    }

    @Test
    void anOutputThatIsAFile() throws IOException {
        Files.writeString(output, "");
        assertRefused(train(), output + ": found a file, expected a folder; use another one");
        Console demo = Console.run("demo", "--output", output);
        assertEquals(Main.BAD_INPUT, demo.code(), demo.err());
        assertTrue(demo.err().contains(output + ": found a file, expected a folder"), demo.err());
        assertEquals("", Files.readString(output));
    }

    @Test
    void aFolderToResumeThatHoldsNoRun() throws IOException {
        assertRefused(Console.run("train", "--resume", temp), temp.resolve("run.json"), "no such file");
    }

    @Test
    void aModelToPredictWithThatWasNotFineTuned() throws IOException {
        assertRefused(
                Console.run("predict", "--model", model, "text"),
                model,
                "holds a pre-trained model without a classifier");
    }

    @Test
    void textsToPredictThatAreNotThere() throws IOException {
        assertEquals(0, train().code());
        Path texts = temp.resolve("texts.txt");
        assertRefused(Console.run("predict", "--model", output, "--file", texts), texts, "no such file");
        assertRefused(Console.run("predict", "--model", output), "standard input", "holds no text");
        assertRefused(Console.run("predict", "--model", output, "--file", data, "--text", "body"), data, "\"body\"");
    }

    @Test
    void verboseShowsWhereAnErrorComesFrom() {
        Console console = Console.run("--verbose", "predict", "--model", model, "text");
        assertEquals(Main.BAD_INPUT, console.code());
        assertTrue(console.err().contains("\tat org.modernbert4j."), console.err());
        assertTrue(console.errLines().get(console.errLines().size() - 1).startsWith(model.toString()), console.err());
    }
}
