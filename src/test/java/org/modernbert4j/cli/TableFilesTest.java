package org.modernbert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modernbert4j.TinyCheckpoint;

/** All commands read all kinds of tables, with the same options. */
class TableFilesTest {
    @TempDir
    private Path temp;

    private Path write(String name, String content) throws IOException {
        return Files.writeString(temp.resolve(name), content);
    }

    private static JsonObject settings(Path run) throws IOException {
        return JsonParser.parseString(Files.readString(run.resolve("run.json")))
                .getAsJsonObject()
                .getAsJsonObject("settings");
    }

    private static Console done(Object... arguments) {
        Console console = Console.run(arguments);
        assertEquals(0, console.code(), console.err());
        return console;
    }

    @Test
    void aRunKeepsFormatAndGuessedColumns() throws IOException {
        Path data = write("news.txt.csv", "content|topic\n\"a|x\n b\" c|y\n |x\n\"d|y\n");
        Path run = temp.resolve("run");
        String options =
                "train --model %s --data %s --delimiter | --quote none --validation 0.5 --epochs 1 --max-length 8"
                        .formatted(TinyCheckpoint.MODEL, data);
        Console console = done(Stream.concat(Stream.of(options.split(" ")), Stream.of("--output", run))
                .toArray());
        String note =
                "note: " + data + ": reads the texts from column \"content\" and the labels from column \"topic\"";
        assertTrue(console.errLines().contains(note), console.err());
        JsonObject settings = settings(run);
        assertEquals("content", settings.get("text").getAsString());
        assertEquals("topic", settings.get("label").getAsString());
        assertEquals("|", settings.get("delimiter").getAsString());
        assertEquals("none", settings.get("quote").getAsString());
        done("train", "--resume", run, "--epochs", 2);
        assertEquals(2, Files.readAllLines(run.resolve("metrics.csv")).size() - 1);

        List<String> predicted = done("predict", "--model", run, "--file", data, "--delimiter", "|", "--quote", "none")
                .outLines();
        assertEquals(5, predicted.size(), "a row of white space too");
        assertTrue(predicted.get(4).endsWith(",\"\"\"d\""), predicted.get(4));
        Path lines = write("texts.jsonl", "{\"id\": 1, \"message\": \"\\\"a\"}\n{\"message\": \" b\\\" c\"}\n");
        assertEquals(
                predicted.subList(0, 3),
                done("predict", "--model", run, "--file", lines).outLines());
        assertEquals(
                predicted.subList(0, 3),
                Console.runWith(Files.readString(lines), "predict", "--model", run, "--text", "message")
                        .outLines());
    }

    @Test
    void pretrainingKeepsFormatAndGuessedColumn() throws IOException {
        Path data = write("texts.tsv", "id\treview\n1\t\"one, \\\"two\\\" three\"\n2\tfour five\n");
        Path run = temp.resolve("run");
        String options = "pretrain --model %s --data %s --quote backslash --validation 0 --steps 1 --output %s";
        Console console = done(
                (Object[]) options.formatted(TinyCheckpoint.MODEL, data, run).split(" "));
        assertTrue(console.errLines().contains("note: " + data + ": reads the texts from column \"review\""));
        JsonObject settings = settings(run);
        assertEquals("review", settings.get("text").getAsString());
        assertEquals("backslash", settings.get("quote").getAsString());
        done("pretrain", "--resume", run, "--steps", 2);
    }
}
