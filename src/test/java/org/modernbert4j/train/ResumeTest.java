package org.modernbert4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.InputException;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.data.LabelledData;

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
        uninterrupted =
                run(shared.resolve("uninterrupted")).run(TrainingListener.NONE).folder();
    }

    private static FineTuning run(Path output) {
        return Runs.small(output).withTraining(Runs.options(EPOCHS, 42));
    }

    /** Asks to stop after some steps. */
    private static TrainingListener stopAfter(int steps) {
        return new TrainingListener() {
            private int done;

            @Override
            public void progress(Phase phase, int epoch, long texts, long total, double loss) {
                done += phase == Phase.TRAINING ? 1 : 0;
            }

            @Override
            public boolean stopRequested() {
                return done >= steps;
            }
        };
    }

    @ParameterizedTest(name = "after {0} steps")
    @ValueSource(ints = {0, 4, 6, 17})
    void goesOnToTheSameBits(int steps) {
        FineTuned stopped = run(temp.resolve("run")).run(stopAfter(steps));
        assertFalse(stopped.finished());
        assertTrue(Files.isDirectory(stopped.folder().resolve("checkpoint-" + steps)));
        assertSameResults(FineTuning.resume(stopped.folder(), TrainingListener.NONE));
    }

    @ParameterizedTest(name = "after {0} and {1} steps")
    @CsvSource({"2, 3", "5, 8"})
    void goesOnToTheSameBitsAfterTwoInterruptions(int first, int second) {
        Path folder = run(temp.resolve("run")).run(stopAfter(first)).folder();
        assertFalse(FineTuning.resume(folder, stopAfter(second)).finished());
        assertSameResults(FineTuning.resume(folder, TrainingListener.NONE));
    }

    private static void assertSameResults(FineTuned resumed) {
        assertTrue(resumed.finished());
        assertEquals(EPOCHS, resumed.epochs().size());
        for (String file : Runs.RESULTS) {
            assertArrayEquals(Runs.bytes(uninterrupted, file), Runs.bytes(resumed.folder(), file), file);
        }
        String last = "checkpoint-18/optimizer.safetensors";
        assertArrayEquals(Runs.bytes(uninterrupted, last), Runs.bytes(resumed.folder(), last), last);
    }

    @Test
    void goingOnWithAFinishedRunChangesNothing() {
        FineTuned run = run(temp.resolve("run")).run(TrainingListener.NONE);
        FineTuned resumed = FineTuning.resume(run.folder(), TrainingListener.NONE);
        assertSameResults(resumed);
        assertEquals(run.bestEpoch(), resumed.bestEpoch());
    }

    @Test
    void refusesChangedOrMissingData() throws IOException {
        Path data = Files.copy(TinyCheckpoint.DATA, temp.resolve("data.csv"));
        FineTuning run = FineTuning.of(
                        TinyCheckpoint.MODEL, LabelledData.of(data, "text", "topic"), temp.resolve("run"))
                .withMaxLength(32);
        Path folder = run.run(stopAfter(1)).folder();
        Files.writeString(data, "Спорт,Ещё один матч.\n", StandardOpenOption.APPEND);
        assertRefused(folder, "data.csv: is not what it was");
        Files.delete(data);
        assertRefused(folder, "data.csv: cannot be read");
    }

    @Test
    void refusesAFolderWithoutARun() {
        assertRefused(temp, "run.json: no such file");
    }

    private static void assertRefused(Path folder, String why) {
        InputException error =
                assertThrows(InputException.class, () -> FineTuning.resume(folder, TrainingListener.NONE));
        assertTrue(error.getMessage().contains(why), error.getMessage());
    }
}
