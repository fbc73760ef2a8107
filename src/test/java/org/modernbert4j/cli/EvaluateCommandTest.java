package org.modernbert4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.modernbert4j.TinyCheckpoint.DATA;
import static org.modernbert4j.TinyCheckpoint.MODEL;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modernbert4j.data.Csv;
import org.modernbert4j.data.Dataset;
import org.modernbert4j.data.Example;
import org.modernbert4j.data.MissingValues;

class EvaluateCommandTest {
    @TempDir
    private static Path shared;

    private static Path run;

    @TempDir
    private Path temp;

    @BeforeAll
    static void train() {
        run = shared.resolve("run");
        Map<String, ?> options =
                Map.of("--model", MODEL, "--data", DATA, "--label", "topic", "--output", run, "--max-length", 32);
        Console trained = Console.train(options, "--epochs", 3, "--learning-rate", 0.01);
        assertEquals(0, trained.code(), trained.err());
    }

    private static Console evaluate(Path data, Object... more) {
        return Console.run(Stream.concat(Stream.of("evaluate", "--model", run, "--data", data), Stream.of(more))
                .toArray());
    }

    /** Those are the rows of its predictions.csv. */
    @Test
    void theScoresOfTheValidationTextsAreThoseOfTheRun() throws IOException {
        Map<Integer, Example> rows = Dataset.read(DATA, "text", "topic", MissingValues.DROP).examples().stream()
                .collect(Collectors.toMap(Example::row, row -> row));
        List<String> predictions = Files.readAllLines(run.resolve("predictions.csv"));
        Path held = Files.writeString(
                temp.resolve("held.csv"),
                Csv.of(
                        List.of("text", "topic"),
                        predictions.stream()
                                .skip(1)
                                .map(line -> rows.get(Integer.valueOf(line.substring(0, line.indexOf(',')))))
                                .map(row -> List.of(row.text(), row.label()))));
        Path output = temp.resolve("evaluation");
        Console console = evaluate(held, "--label", "topic", "--output", output);
        assertEquals(0, console.code(), console.err());
        List<String> again = Files.readAllLines(output.resolve("predictions.csv"));
        assertEquals(labels(predictions), labels(again));
        String page = Files.readString(output.resolve("report.html"));
        String report = console.out().substring(0, console.out().indexOf("\naccuracy 0"));
        assertTrue(page.contains(report) && page.contains("<h2>Confusion matrix</h2>"), page);
        String ofRun = Files.readString(run.resolve("report.html"));
        report.lines().forEach(line -> assertTrue(ofRun.contains(line), line)); // its classes are in the order of ids
        String loss = console.out().replaceAll("(?s).*\nloss ([0-9.]+)\n.*", "$1");
        assertTrue(ofRun.contains("<dd>" + loss + "</dd>"), loss);
        assertTrue(console.out().endsWith("saved in " + output + System.lineSeparator()), console.out());
        Console twice = evaluate(held, "--label", "topic", "--output", output);
        assertEquals(Main.BAD_INPUT, twice.code());
        assertTrue(twice.err().contains("exists already"), twice.err());
    }

    private static List<String> labels(List<String> lines) {
        return lines.stream()
                .map(line -> line.substring(line.indexOf(','), line.lastIndexOf(',')))
                .toList();
    }

    /** As classification_report(truth, predicted): the labels that a text has or gets, sorted; an unknown one is never found. */
    @Test
    void theClassesAreTheLabelsOfTheFileAndOfThePredictions() throws IOException {
        Path data = Files.writeString(
                temp.resolve("few.csv"), "text,label\nДождь,zzz\nМатч,AAA\nМатч,\n,AAA\nХор,AAA\nNone,AAA\n");
        Console console = evaluate(data, "--json");
        assertEquals(0, console.code(), console.err());
        assertTrue(
                console.err().contains("note: 3 of 6 rows left out: 1 without a label, 2 with a label and no text"),
                console.err());
        assertTrue(
                console.err()
                        .contains(
                                "note: the model does not know 2 of the labels, with these texts: \"AAA\" (2), \"zzz\" (1);"),
                console.err());
        JsonObject found = new Gson().fromJson(console.out(), JsonObject.class);
        assertFalse(found.has("loss"));
        assertEquals(0, found.get("accuracy").getAsDouble());
        List<String> classes = List.copyOf(found.getAsJsonObject("classes").keySet());
        assertEquals("AAA", classes.get(0));
        assertEquals("zzz", classes.get(1));
        assertTrue(classes.size() > 2 && classes.size() <= 5, classes.toString());
        assertEquals(classes.size(), found.getAsJsonArray("confusion_matrix").size());
        Console text = evaluate(data);
        assertTrue(text.out().contains("         AAA       0.00      0.00      0.00       2.0\n"), text.out());
        Console kept = evaluate(data, "--keep-na");
        assertTrue(kept.err().contains("note: 2 of 6 rows left out: 1 without a label, 1 with"), kept.err());
    }

    @Test
    void whatCannotBeMeasuredIsRefused() throws IOException {
        Path data = Files.writeString(temp.resolve("few.csv"), "text,label\nДождь,\n,a\n");
        Console none = evaluate(data);
        assertEquals(Main.BAD_INPUT, none.code());
        assertTrue(
                none.err().contains(data + ": none of its 2 rows has both \"text\" and \"label\"; name other columns"),
                none.err());
        String many = Stream.iterate(0, i -> i + 1)
                .limit(1001)
                .map(i -> "x,l" + i + "\n")
                .collect(Collectors.joining());
        Path wrong = Files.writeString(temp.resolve("many.csv"), "text,label\n" + many);
        Console console = evaluate(wrong);
        assertEquals(Main.BAD_INPUT, console.code());
        assertTrue(
                console.err().contains(wrong + " line 1002: found more than 1000 labels that the model does not know"),
                console.err());
        assertTrue(
                evaluate(wrong, "--text", "text", "--label", "text").err().contains("two columns"),
                "one column for both");
    }

    /** What training read as 1.0 and True counts as that here, however the file spells it, and numbers sort as numbers. */
    @ParameterizedTest
    @CsvSource({"1;2;10;, 1.0;2.0;10.0", "01;02;10, 1;2;10", "true;false;TRUE, False;True"})
    void labelsAreTypedAsInTraining(String words, String classes) throws IOException {
        List<String> cells = List.of(words.split(";", -1));
        Path data = temp.resolve("typed.csv");
        Files.writeString(
                data,
                "text,label\n"
                        + IntStream.range(0, 24)
                                .mapToObj(i -> "text number " + i + "," + cells.get(i % cells.size()) + "\n")
                                .collect(Collectors.joining()));
        Path typed = temp.resolve("typed");
        Console trained = Console.train(
                Map.of("--model", MODEL, "--data", data, "--output", typed, "--max-length", 16, "--epochs", 1));
        assertEquals(0, trained.code(), trained.err());
        Console console = Console.run("evaluate", "--model", typed, "--data", data);
        assertEquals(0, console.code(), console.err());
        assertFalse(console.err().contains("does not know"), console.err());
        assertEquals(
                List.of(classes.split(";", -1)),
                console.outLines().stream()
                        .skip(2)
                        .takeWhile(line -> !line.isEmpty())
                        .map(line -> line.strip().replaceAll(" .*", ""))
                        .toList());
    }
}
