package org.modernbert4j.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.InputException;
import org.modernbert4j.TestBackends;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.data.LabelledData;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.task.SingleLabel;

/** A run of 3 epochs of 6 steps, with dropout, clipping and decay, that is interrupted. */
class ResumeTest {
    private static final int EPOCHS = 3;

    @TempDir
    private static Path shared;

    private static Path uninterrupted;

    @TempDir
    private Path temp;

    @BeforeAll
    static void runWithoutInterruption() {
        uninterrupted = run(shared.resolve("uninterrupted"), "cpu")
                .start(RunListener.NONE)
                .folder();
    }

    private static Run<ClassificationMetrics> run(Path output, String backend) {
        return Runs.small(output)
                .backend(backend)
                .training(training -> training.epochs(EPOCHS))
                .build();
    }

    @ParameterizedTest(name = "after {0} steps")
    @ValueSource(ints = {0, 4, 6, 17})
    void goesOnToTheSameBits(int steps) {
        Trained<?> stopped = run(temp.resolve("run"), "cpu").start(Runs.stopAfter(steps));
        assertFalse(stopped.finished());
        assertTrue(Files.isDirectory(stopped.folder().resolve("checkpoint-" + steps)));
        assertSameResults(uninterrupted, Run.resume(stopped.folder(), RunListener.NONE));
    }

    private static Run<ClassificationMetrics> older(Path output) {
        return Runs.small(output, Runs.olderTask())
                .backend("cpu")
                .training(training -> training.epochs(EPOCHS))
                .build();
    }

    private static Stream<String> others() {
        return TestBackends.names().filter(name -> !name.equals("cpu"));
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("others")
    void goesOnToTheSameBitsOnOtherBackends(String backend) {
        Path whole = run(temp.resolve("whole"), backend).start(RunListener.NONE).folder();
        Path folder = run(temp.resolve("run"), backend).start(Runs.stopAfter(8)).folder();
        assertSameResults(whole, Run.resume(folder, RunListener.NONE));
    }

    @ParameterizedTest(name = "after {0} and {1} steps")
    @CsvSource({"2, 3", "5, 8"})
    void goesOnToTheSameBitsAfterTwoInterruptions(int first, int second) {
        Path folder =
                run(temp.resolve("run"), "cpu").start(Runs.stopAfter(first)).folder();
        assertFalse(Run.resume(folder, Runs.stopAfter(second)).finished());
        assertSameResults(uninterrupted, Run.resume(folder, RunListener.NONE));
    }

    /** Its folder has the files that the first version wrote, with losses that another processor rounds in another way. */
    @Test
    void goesOnWithARunOfAnOlderVersion() throws IOException {
        Path whole = older(temp.resolve("whole")).start(RunListener.NONE).folder();
        Path folder = older(temp.resolve("run")).start(Runs.stopAfter(9)).folder();
        Runs.makeOlder(folder, "train", 9);
        assertSameWeights(whole, Run.resume(folder, RunListener.NONE));
        double[] wanted = Runs.numbers(whole.resolve("metrics.csv"));
        double[] found = Runs.numbers(folder.resolve("metrics.csv"));
        assertArrayEquals(wanted, found, 1e-4);
    }

    private static void assertSameResults(Path whole, Trained<?> resumed) {
        assertSameWeights(whole, resumed);
        for (String file : Runs.RESULTS) {
            assertArrayEquals(Runs.bytes(whole, file), Runs.bytes(resumed.folder(), file), file);
        }
    }

    private static void assertSameWeights(Path whole, Trained<?> resumed) {
        assertTrue(resumed.finished());
        assertEquals(EPOCHS, resumed.measurements().size());
        String model = "best/model.safetensors";
        assertArrayEquals(Runs.bytes(whole, model), Runs.bytes(resumed.folder(), model), model);
        String last = "checkpoint-18/optimizer.safetensors";
        assertArrayEquals(Runs.bytes(whole, last), Runs.bytes(resumed.folder(), last), last);
    }

    @Test
    void goingOnWithAFinishedRunChangesNothing() {
        Trained<ClassificationMetrics> run = run(temp.resolve("run"), "cpu").start(RunListener.NONE);
        Trained<?> resumed = Run.resume(run.folder(), RunListener.NONE);
        assertSameResults(uninterrupted, resumed);
        assertEquals(run.requireBest().epoch(), resumed.requireBest().epoch());
    }

    @Test
    void refusesChangedOrMissingData() throws IOException {
        Path data = Files.copy(TinyCheckpoint.DATA, temp.resolve("data.csv"));
        SingleLabel task =
                SingleLabel.of(LabelledData.of(data, "text", "topic")).withMaxLength(32);
        Path folder =
                Runs.small(temp.resolve("run"), task).start(Runs.stopAfter(1)).folder();
        Files.writeString(data, "Спорт,Ещё один матч.\n", StandardOpenOption.APPEND);
        assertRefused(folder, "data.csv: has changed since the run began");
        Files.delete(data);
        assertRefused(folder, "data.csv: no such file, expected the data that the run began with");
    }

    @Test
    void refusesAFolderWithoutARun() {
        assertRefused(temp, "run.json: no such file");
    }

    private static void assertRefused(Path folder, String why) {
        InputException error = assertThrows(InputException.class, () -> Run.resume(folder, RunListener.NONE));
        assertTrue(error.getMessage().contains(why), error.getMessage());
    }
}
