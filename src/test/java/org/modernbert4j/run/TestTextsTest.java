package org.modernbert4j.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modernbert4j.InputException;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.data.Held;
import org.modernbert4j.data.LabelledData;
import org.modernbert4j.data.Reading;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.task.SingleLabel;

/** Runs that measure on files: after each epoch, and the best model in the end. */
class TestTextsTest {
    @TempDir
    private Path temp;

    private Run.Builder<ClassificationMetrics> run(Path output, Path test) {
        LabelledData data = new LabelledData(
                List.of(TinyCheckpoint.DATA, TinyCheckpoint.DATA),
                Reading.of("text", "topic"),
                Set.of(),
                1,
                OptionalInt.of(64),
                new Held.InFile(TinyCheckpoint.DATA),
                Optional.of(test),
                42);
        return Runs.small(output, SingleLabel.of(data).withMaxLength(32));
    }

    /** Validation and test are the same file, so the test has to give what the best epoch gave. */
    @Test
    void theBestModelIsMeasuredInTheEnd() throws IOException {
        Trained<ClassificationMetrics> trained =
                run(temp.resolve("run"), TinyCheckpoint.DATA).start(RunListener.NONE);
        var best = trained.requireBest().requireValidation();
        assertArrayEquals(
                best.requireMetrics().confusion().toArray(),
                trained.test().orElseThrow().requireMetrics().confusion().toArray());
        assertEquals(best.loss(), trained.test().orElseThrow().loss());
        Path folder = trained.folder();
        assertArrayEquals(
                Files.readAllBytes(folder.resolve("predictions.csv")),
                Files.readAllBytes(folder.resolve("test-predictions.csv")));
        assertTrue(Files.readString(folder.resolve("report.html")).contains("<h2>Test</h2>"));
        assertTrue(Files.readString(folder.resolve("README.md")).contains("### Test results"));
    }

    /** A run that was killed between its last checkpoint and the test measures when it goes on. */
    @Test
    void goesOnToTheTest() throws IOException {
        Path test = Files.copy(TinyCheckpoint.DATA, temp.resolve("test.csv"));
        Path folder = run(temp.resolve("run"), test).start(RunListener.NONE).folder();
        byte[] result = Files.readAllBytes(folder.resolve("test.json"));
        Files.delete(folder.resolve("test.json"));
        Files.delete(folder.resolve("test-predictions.csv"));
        assertTrue(Run.resume(folder, RunListener.NONE).finished());
        assertArrayEquals(result, Files.readAllBytes(folder.resolve("test.json")));
        assertTrue(Files.exists(folder.resolve("test-predictions.csv")));

        Path moved = Files.move(test, temp.resolve("moved.csv"));
        InputException error = assertThrows(InputException.class, () -> Run.resume(folder, RunListener.NONE));
        assertTrue(error.getMessage().endsWith("tell with --test where it is now"), error.getMessage());
        Trained<?> longer =
                Resumption.of(folder).files("test", List.of(moved)).epochs(3).start(Runs.stopAfter(1));
        assertFalse(longer.finished());
        assertFalse(Files.exists(folder.resolve("test.json")), "it is of another model");
    }
}
