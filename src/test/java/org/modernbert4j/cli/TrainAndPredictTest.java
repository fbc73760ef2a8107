package org.modernbert4j.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.modernbert4j.TinyCheckpoint.DATA;
import static org.modernbert4j.TinyCheckpoint.MODEL;

import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modernbert4j.Progress;
import org.modernbert4j.data.RowStream;
import org.modernbert4j.data.Text;
import org.modernbert4j.infer.Answer;
import org.modernbert4j.infer.TextClassifier;

class TrainAndPredictTest {
    private static final String HEADER = "row,label,probability,text";

    @TempDir
    private static Path shared;

    private static Path run;
    private static Console trained;

    @TempDir
    private Path temp;

    @BeforeAll
    static void train() {
        run = shared.resolve("run");
        trained = train(run);
    }

    private static Console train(Path output, Object... others) {
        Map<String, ?> options = Map.of(
                "--model",
                MODEL,
                "--data",
                DATA,
                "--label",
                "topic",
                "--output",
                output,
                "--epochs",
                2,
                "--max-length",
                32,
                "--learning-rate",
                0.01);
        return Console.train(options, others);
    }

    @Test
    void resultsGoToStandardOutputAndProgressToStandardError() {
        assertEquals(0, trained.code(), trained.err());
        assertTrue(trained.out().contains("weighted avg"), trained.out());
        List<String> end = trained.outLines();
        assertEquals(
                List.of(
                        "saved in " + run,
                        "report: " + run.resolve("report.html"),
                        "next: modernbert4j predict --model " + run + " \"a text to label\""),
                end.subList(end.size() - 3, end.size()));
        assertFalse(trained.out().contains("tokenizing"), trained.out());
        assertTrue(trained.errLines().stream().anyMatch(line -> line.startsWith("tokenizing")), trained.err());
        assertTrue(trained.err().contains("epoch 2/2 training"), trained.err());
        assertTrue(trained.err().contains("fc.weight         | MISSING"), trained.err());
        assertFalse(
                trained.err().contains("\r") || trained.err().contains("\u001b"), "no terminal, no control characters");
    }

    @Test
    void theRunFolderHoldsTheModelAndItsReports() {
        for (String file : List.of(
                "run.json",
                "best/config.json",
                "best/model.safetensors",
                "best/tokenizer.json",
                "checkpoint-12/optimizer.safetensors",
                "checkpoint-12/trainer_state.json",
                "metrics.csv",
                "predictions.csv",
                "report.html",
                "README.md")) {
            assertTrue(Files.isRegularFile(run.resolve(file)), file);
        }
    }

    @Test
    void predictsWhatIsOnTheCommandLine() {
        Console predicted = Console.run("predict", "--model", run, "Хор сыграл, как \"встарь\".", "Матч");
        assertEquals(0, predicted.code(), predicted.err());
        List<String> lines = predicted.outLines();
        assertEquals(HEADER, lines.get(0));
        assertEquals(3, lines.size());
        assertTrue(
                lines.get(1)
                        .matches(
                                "0,\\p{IsCyrillic}+( \\p{IsCyrillic}+)*,0\\.\\d{4},\"Хор сыграл, как \"\"встарь\"\"\\.\""),
                lines.get(1));
        assertTrue(lines.get(2).matches("1,.*,0\\.\\d{4},Матч"), lines.get(2));
    }

    @Test
    void everyWayToGiveTextsGivesTheSame() throws IOException {
        List<String> expected =
                Console.run("predict", "--model", run, "Дождь", "Матч").outLines();
        Path lines = Files.writeString(temp.resolve("texts.txt"), "Дождь\nМатч\n");
        Path csv = Files.writeString(temp.resolve("texts.csv"), "id,body\n7,Дождь\n8,Матч\n");
        assertEquals(
                expected,
                Console.run("predict", "--model", run, "--file", lines).outLines());
        assertEquals(
                expected,
                Console.run("predict", "--model", run, "--file", csv, "--text", "body")
                        .outLines());
        assertEquals(
                expected,
                Console.runWith("Дождь\nМатч\n", "predict", "--model", run).outLines());
        assertEquals(
                expected,
                Console.runWith("id,body\n7,Дождь\n8,Матч\n", "predict", "--model", run, "--text", "body")
                        .outLines());
    }

    @Test
    void everyRowIsAnswered() throws IOException {
        Path csv = Files.writeString(temp.resolve("texts.csv"), "id,body\n7,Дождь\n8,None\n9,\n10,\"  \"\n11,Матч\n");
        Console console = Console.run("predict", "--model", run, "--data", csv, "--text", "body", "--probabilities");
        assertEquals(0, console.code(), console.err());
        List<String> lines = console.outLines();
        assertEquals(6, lines.size(), console.out());
        String empty = ",".repeat(3 + 8);
        assertEquals(List.of("1" + empty, "2" + empty), lines.subList(2, 4));
        assertTrue(lines.get(4).matches("3,[^,]+,.*,\"  \""), lines.get(4));
        assertTrue(
                console.err()
                        .contains("note: 2 of 5 rows hold no text, and get an empty label; in CSV, words such as None"),
                console.err());
        Console kept = Console.run("predict", "--model", run, "--data", csv, "--text", "body", "--keep-na");
        assertTrue(kept.outLines().get(2).matches("1,[^,]+,0\\.\\d{4},None"), kept.out());
        assertTrue(kept.err().contains("note: 1 of 5 rows hold no text, and get an empty label\n"), kept.err());
    }

    @Test
    void lineNIsRowNMinusOne() throws IOException {
        Path lines = Files.writeString(temp.resolve("texts.txt"), "Дождь\n\nNone\r\n  \nМатч");
        List<String> found =
                Console.run("predict", "--model", run, "--data", lines).outLines();
        assertEquals(6, found.size(), found.toString());
        assertEquals(List.of("1,,,", "3,,,"), List.of(found.get(2), found.get(4)));
        assertTrue(found.get(3).endsWith(",None") && found.get(5).endsWith(",Матч"), found.toString());
    }

    /** More than one part of the stream. */
    @Test
    void manyRowsComeInTheirOrder() {
        int rows = 5000;
        String text = IntStream.range(0, rows)
                .mapToObj(i -> i % 7 == 0 ? "\n" : "дождь ".repeat(i % 5) + i + "\n")
                .collect(Collectors.joining());
        List<String> found = Console.runWith(text, "predict", "--model", run).outLines();
        assertEquals(rows + 1, found.size());
        for (int i = 0; i < rows; i++) {
            String line = found.get(i + 1);
            assertTrue(line.startsWith(i + ",") && line.endsWith(i % 7 == 0 ? ",,," : String.valueOf(i)), line);
        }
    }

    /** Input that stops halfway: what has come is answered. */
    @Test
    void aLineIsAnsweredBeforeTheNextOneComes() throws Exception {
        PipedOutputStream typed = new PipedOutputStream();
        RowStream<Text> texts = RowStream.ofLines(new PipedInputStream(typed, 1000), "typed");
        BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
        try (TextClassifier classifier = TextClassifier.open(run)) {
            Thread reader = new Thread(() -> classifier.classify(texts, answers::addAll, Progress.NONE));
            reader.start();
            for (String line : List.of("Дождь", "", "Матч")) {
                typed.write((line + "\n").getBytes(UTF_8));
                typed.flush();
                Answer answer = answers.poll(60, TimeUnit.SECONDS);
                assertEquals(line, answer.text().text());
                assertEquals(line.isEmpty(), answer.found().isEmpty());
            }
            typed.close();
            reader.join();
        }
    }

    @Test
    void probabilitiesOfAllLabelsSumToOne() {
        List<String> lines = Console.run("predict", "--model", run, "--probabilities", "Дождь")
                .outLines();
        String[] header = lines.get(0).split(",", -1);
        String[] values = lines.get(1).split(",", -1);
        assertEquals(3 + 8 + 1, header.length);
        double sum = 0;
        double largest = 0;
        for (int i = 3; i < 11; i++) {
            sum += Double.parseDouble(values[i]);
            largest = Math.max(largest, Double.parseDouble(values[i]));
        }
        assertEquals(1, sum, 8 * 0.5e-4);
        assertEquals(Double.parseDouble(values[2]), largest);
    }

    @Test
    void aTextThatIsTooLongIsCut() {
        Console predicted = Console.run("predict", "--model", run, "слово ".repeat(1000));
        assertEquals(0, predicted.code(), predicted.err());
        assertEquals(2, predicted.outLines().size());
    }

    @Test
    void resumingAFinishedRunPrintsItsResultAgain() {
        Console resumed = Console.run("train", "--resume", run);
        assertEquals(0, resumed.code(), resumed.err());
        String report = trained.out().substring(trained.out().indexOf("best epoch"));
        assertTrue(withoutMemory(resumed.out()).endsWith(withoutMemory(report)), resumed.out());
    }

    /** The peak is that of the process, which both runs share here. */
    private static String withoutMemory(String report) {
        return report.replaceAll("peak memory .*", "");
    }

    @Test
    void aScheduleFileSaysWhatTrainsInEachEpoch() throws IOException {
        Path schedule = Files.writeString(temp.resolve("schedule.txt"), "1: head\n2: head, layers.3\n");
        Console scheduled = train(temp.resolve("run"), "--schedule", schedule);
        assertEquals(0, scheduled.code(), scheduled.err());
        assertTrue(scheduled.err().contains("epoch 1: 136 of 14,488 (0.94 %): head;"), scheduled.err());
        assertTrue(scheduled.err().contains("epoch 2: 2,440 of 14,488 (16.84 %): layer 3, head;"), scheduled.err());
    }

    @Test
    void divergenceExitsWith5() {
        Console diverged = train(temp.resolve("run"), "--learning-rate", "1e15", "--epochs", 9);
        assertEquals(Main.DIVERGED, diverged.code(), diverged.err());
        assertTrue(diverged.err().contains("use a lower learning rate"), diverged.err());
    }
}
