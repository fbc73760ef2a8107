package org.modernbert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.TinyCheckpoint;

/** A tokenizer with a token that the embedding, of 320 rows, lacks. */
class UnknownTokensTest {
    private static final String NOTE = "the tokenizer has ids up to 320, config.json a vocab_size of 320";

    @TempDir
    private Path temp;

    private Path model;
    private Path data;

    @BeforeEach
    void addToken() throws IOException {
        model = TinyCheckpoint.copyTo(temp.resolve("model"));
        Path file = model.resolve("tokenizer.json");
        JsonObject tokenizer = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        JsonObject added =
                tokenizer.getAsJsonArray("added_tokens").get(0).deepCopy().getAsJsonObject();
        added.addProperty("id", 320);
        added.addProperty("content", "<url>");
        added.addProperty("special", false);
        tokenizer.getAsJsonArray("added_tokens").add(added);
        Files.writeString(file, tokenizer.toString());
        data = temp.resolve("data.csv");
        Files.write(
                data,
                List.of(
                        "topic,text",
                        "a,one",
                        "a,two",
                        "b,three",
                        "b,see <url>",
                        "b,four",
                        "a,five",
                        "a,six",
                        "b,ten"));
    }

    private Console run(String command, Path texts) {
        Path output = temp.resolve("output");
        return switch (command) {
            case "train" ->
                Console.run(
                        "train",
                        "--model",
                        model,
                        "--data",
                        texts,
                        "--label",
                        "topic",
                        "--epochs",
                        1,
                        "--output",
                        output,
                        "--max-length",
                        16,
                        "--validation",
                        0.5);
            case "dry run" ->
                Console.run(
                        "train",
                        "--model",
                        model,
                        "--data",
                        texts,
                        "--label",
                        "topic",
                        "--max-length",
                        16,
                        "--validation",
                        0.5,
                        "--dry-run");
            case "pretrain" ->
                Console.run(
                        "pretrain",
                        "--model",
                        model,
                        "--data",
                        texts,
                        "--steps",
                        1,
                        "--length",
                        16,
                        "--output",
                        output);
            default ->
                Console.run(
                        "encode",
                        "--model",
                        model,
                        "--file",
                        texts,
                        "--text",
                        "text",
                        "--output",
                        temp.resolve("o.npy"));
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"train", "dry run", "pretrain", "encode"})
    void isRefusedWhereItOccursAndElseSaid(String command) throws IOException {
        Console console = run(command, data);
        assertEquals(Main.BAD_INPUT, console.code(), console.err());
        String line = console.errLines().get(console.errLines().size() - 1);
        for (String part : List.of(data + " line 5: ", "\"<url>\" with id 320 in \"see <url>\"", "vocab_size 320")) {
            assertTrue(line.contains(part), line);
        }
        Files.writeString(data, Files.readString(data).replace("<url>", "url"));
        Console sound = run(command, data);
        assertEquals(0, sound.code(), sound.err());
        assertTrue((sound.err() + sound.out()).contains(NOTE), sound.err());
    }

    /** The head reads the padding. The other layout that pads masks it. */
    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"pad_token\": \"<none>\"}"})
    void aPaddingTokenThatIsMissingIsToken0(String tokenizerConfig) throws IOException {
        Files.writeString(model.resolve("tokenizer_config.json"), tokenizerConfig);
        Path file = model.resolve("tokenizer.json");
        Files.writeString(file, Files.readString(file).replace("[PAD]", "<filler>"));
        Path config = model.resolve("config.json");
        Files.writeString(
                config, Files.readString(config).replaceFirst("\"pad_token_id\": \\d+", "\"pad_token_id\": null"));
        Files.writeString(data, Files.readString(data).replace("<url>", "url"));
        Object[] command = {
            "train",
            "--model",
            model,
            "--data",
            data,
            "--label",
            "topic",
            "--epochs",
            1,
            "--max-length",
            16,
            "--validation",
            0.5,
            "--output",
            temp.resolve("output"),
            "--head"
        };
        Console console =
                Console.run(Stream.concat(Stream.of(command), Stream.of("lstm")).toArray());
        assertEquals(0, console.code(), console.err());
        String note =
                "the tokenizer has no pad_token that the model knows, and the head reads padding: token 0 stands for it";
        assertTrue(console.err().contains(note), console.err());

        Console silent =
                Console.run(Stream.concat(Stream.of(command), Stream.of("mean", "--backend", "nd4j", "--replace"))
                        .toArray());
        assertEquals(0, silent.code(), silent.err());
        assertFalse(silent.err().contains("pad_token"), silent.err());
    }

    @Test
    void predictRefusesItToo() throws IOException {
        Files.writeString(data, Files.readString(data).replace("<url>", "url"));
        assertEquals(0, run("train", data).code());
        Console console = Console.run("predict", "--model", temp.resolve("output"), "one", "see <url>");
        assertEquals(Main.BAD_INPUT, console.code(), console.err());
        assertEquals("", console.out());
        assertTrue(console.err().contains("argument 2: ") && console.err().contains("id 320"), console.err());
    }
}
