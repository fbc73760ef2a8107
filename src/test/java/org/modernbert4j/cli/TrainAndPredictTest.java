package org.modernbert4j.cli;

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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
