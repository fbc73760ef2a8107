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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.FileHash;
import org.modernbert4j.InputException;
import org.modernbert4j.TestBackends;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.MaskedLanguageModelHead;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.optim.LearningRateSchedule;
import org.modernbert4j.optim.LearningRateSchedule.Shape;
import org.modernbert4j.task.MaskedTokens;
import org.modernbert4j.task.Measurement;
import org.modernbert4j.task.TokenAccuracy;

/** Runs of 25 steps over the fixture's texts: several passes, and measurements between the tens. */
class PretrainingTest {
    private static final int STEPS = 25;
    private static final Head HEAD = new MaskedLanguageModelHead(320);

    @TempDir
    private static Path shared;

    private static Trained<TokenAccuracy> uninterrupted;

    @TempDir
    private Path temp;

    @BeforeAll
    static void runWithoutInterruption() {
        uninterrupted = run(shared.resolve("uninterrupted")).start(RunListener.NONE);
    }

    private static Run.Builder<TokenAccuracy> run(Path output) {
        return run(output, TinyCheckpoint.DATA);
    }

    private static Run.Builder<TokenAccuracy> run(Path output, Path data) {
        return Run.builder(TinyCheckpoint.MODEL, MaskedTokens.of(data).withLength(48), output)
                .backend("cpu")
                .training(training -> training.steps(STEPS)
                        .batchSize(8)
                        .learningRate(1e-2)
                        .learningRateSchedule(new LearningRateSchedule(Shape.WSD, 0.1, 0.2))
                        .every(Intervals.steps(10, 12, 10)));
    }

    @Test
    void theLossFalls() {
        assertLossFalls(uninterrupted);
    }

    private static Stream<String> others() {
        return TestBackends.names().filter(name -> !name.equals("cpu"));
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("others")
    void theLossFallsAndARunGoesOnToTheSameBitsOnOtherBackends(String backend) {
        Trained<TokenAccuracy> whole =
                run(temp.resolve("whole")).backend(backend).start(RunListener.NONE);
        assertLossFalls(whole);
        Path folder = run(temp.resolve("run"))
                .backend(backend)
                .start(Runs.stopAfter(12))
                .folder();
        assertSameResults(whole, Run.resume(folder, RunListener.NONE));
    }

    private static void assertLossFalls(Trained<TokenAccuracy> run) {
        List<Measurement<TokenAccuracy>> measurements = run.measurements();
        assertEquals(
                List.of(10, 12, 20, 24, 25),
                measurements.stream().map(Measurement::step).toList());
        assertEquals(
                List.of(12, 24, 25),
                measurements.stream()
                        .filter(one -> one.validation().isPresent())
                        .map(Measurement::step)
                        .toList());
        double first = measurements.get(0).training().loss();
        Measurement<TokenAccuracy> last = measurements.get(measurements.size() - 1);
        assertTrue(
                last.training().loss() < first - 0.5,
                first + " to " + last.training().loss());
        assertTrue(last.requireValidation().loss()
                < measurements.get(1).requireValidation().loss());
        double accuracy = last.requireValidation().requireMetrics().accuracy();
        assertTrue(accuracy > 0 && accuracy < 1);
        assertEquals(1e-2 * (1 - Math.sqrt(0.8)), last.learningRate(), 1e-12);
        assertTrue(last.training().metrics().isEmpty());
    }

    @Test
    void writesTheMeasurementsDown() {
        List<String> lines =
                Runs.text(uninterrupted.folder(), "metrics.csv").lines().toList();
        assertEquals(
                "step,loss,learning_rate,tokens,seconds,validation_loss,validation_accuracy,skipped_steps",
                lines.get(0));
        assertEquals(6, lines.size());
        Measurement<TokenAccuracy> first = uninterrupted.measurements().get(0);
        assertTrue(
                lines.get(1).startsWith("10," + first.training().loss() + ",0.01," + first.tokens() + ","),
                lines.get(1));
        assertTrue(lines.get(1).endsWith(",,,0"), lines.get(1));
    }

    @Test
    void theModelIsOneOfTheFramework() {
        Backend backend = TestBackends.cpu();
        assertEquals(uninterrupted.folder().resolve("model"), uninterrupted.model());
        Map<Parameter, Array> before = TinyCheckpoint.weights(TinyCheckpoint.MODEL, HEAD, backend);
        Map<Parameter, Array> after = TinyCheckpoint.weights(uninterrupted.model(), HEAD, backend);
        after.forEach((parameter, values) -> assertFalse(
                Arrays.equals(
                        TestBackends.floats(backend, before.get(parameter)), TestBackends.floats(backend, values)),
                parameter.name() + " has not moved"));
        assertArrayEquals(
                Runs.bytes(TinyCheckpoint.MODEL, "tokenizer.json"),
                Runs.bytes(uninterrupted.model(), "tokenizer.json"));
    }

    @Test
    void theCardTellsDataLossAndCommand() {
        String card = Runs.text(uninterrupted.model(), "README.md");
        Measurement<TokenAccuracy> last = uninterrupted.measurements().get(4);
        for (String part : List.of(
                "pipeline_tag: fill-mask",
                "| data.csv | 120 | ",
                FileHash.sha256(TinyCheckpoint.DATA),
                " --steps 25 ",
                " --batch-size 8 ",
                " --lr-schedule wsd --warmup 0.1 --lr-decay 0.2 ",
                "| 25 | " + "%,d".formatted(last.tokens()) + " | "
                        + "%.4f".formatted(last.training().loss()))) {
            assertTrue(card.contains(part), part + " is not in\n" + card);
        }
    }

    @ParameterizedTest(name = "after {0} steps")
    @ValueSource(ints = {0, 3, 12, 20})
    void goesOnToTheSameBits(int steps) {
        Trained<TokenAccuracy> stopped = run(temp.resolve("run")).start(Runs.stopAfter(steps));
        assertFalse(stopped.finished());
        assertFalse(Files.exists(stopped.folder().resolve("model")));
        assertTrue(Files.isDirectory(stopped.folder().resolve("checkpoint-" + steps)));
        Trained<?> resumed = Run.resume(stopped.folder(), RunListener.NONE);
        assertTrue(resumed.finished());
        assertSameResults(uninterrupted, resumed);
    }

    /** Its folder has the files that the first version wrote, with losses that another processor rounds in another way. */
    @Test
    void goesOnWithARunOfAnOlderVersion() throws IOException {
        Path folder = run(temp.resolve("run")).start(Runs.stopAfter(13)).folder();
        Runs.makeOlder(folder, "pretrain", 13);
        assertSameResults(uninterrupted, Run.resume(folder, RunListener.NONE), 1e-4);
    }

    @Test
    void goingOnWithAFinishedRunChangesNothing() {
        Path folder = run(temp.resolve("run")).start(RunListener.NONE).folder();
        assertSameResults(uninterrupted, Run.resume(folder, RunListener.NONE));
    }

    private static void assertSameResults(Trained<?> whole, Trained<?> resumed) {
        assertSameResults(whole, resumed, 0);
    }

    private static void assertSameResults(Trained<?> whole, Trained<?> resumed, double tolerance) {
        for (String file : List.of("model/model.safetensors", "checkpoint-25/optimizer.safetensors")) {
            assertArrayEquals(Runs.bytes(whole.folder(), file), Runs.bytes(resumed.folder(), file), file);
        }
        assertEquals(whole.measurements().size(), resumed.measurements().size());
        for (int i = 0; i < whole.measurements().size(); i++) {
            Measurement<?> expected = whole.measurements().get(i);
            Measurement<?> actual = resumed.measurements().get(i);
            assertEquals(expected.training().loss(), actual.training().loss(), tolerance);
            assertEquals(expected.tokens(), actual.tokens());
            assertEquals(expected.learningRate(), actual.learningRate());
            assertEquals(expected.validation().isPresent(), actual.validation().isPresent());
            if (expected.validation().isPresent()) {
                assertEquals(
                        expected.requireValidation().loss(),
                        actual.requireValidation().loss(),
                        tolerance);
                assertEquals(
                        expected.requireValidation().metrics(),
                        actual.requireValidation().metrics());
            }
        }
    }

    @Test
    void partsOfABatchMakeTheSameSteps() {
        List<Measurement<TokenAccuracy>> whole = uninterrupted.measurements();
        List<Measurement<TokenAccuracy>> parts = run(temp.resolve("run"))
                .training(training -> training.accumulation(3))
                .start(RunListener.NONE)
                .measurements();
        for (int i = 0; i < whole.size(); i++) {
            assertEquals(whole.get(i).training().loss(), parts.get(i).training().loss(), 1e-3);
        }
    }

    @Test
    void savesEveryFewStepsAndKeepsTheLastTwo() {
        List<String> saved = new ArrayList<>();
        RunListener saving = new RunListener() {
            @Override
            public void saved(Path folder) {
                saved.add(folder.getFileName().toString());
            }
        };
        Path folder = run(temp.resolve("run")).start(saving).folder();
        assertEquals(List.of("checkpoint-10", "checkpoint-20", "checkpoint-25", "model"), saved);
        assertFalse(Files.exists(folder.resolve("checkpoint-10")));
        assertTrue(Files.isDirectory(folder.resolve("checkpoint-20")));
        assertFalse(Files.exists(folder.resolve("best")));
    }

    @Test
    void epochsCountPassesOverTheSequences() {
        List<RunProgress> steps = new ArrayList<>();
        RunListener counting = new RunListener() {
            @Override
            public void progress(RunProgress progress) {
                if (progress.phase() == RunProgress.Phase.TRAINING) {
                    steps.add(progress);
                }
            }
        };
        run(temp.resolve("run"))
                .training(training -> training.epochs(2)
                        .learningRateSchedule(LearningRateSchedule.CONSTANT)
                        .maxGradientNorm(OptionalDouble.empty())
                        .every(Intervals.EPOCH))
                .start(counting);
        assertEquals(steps.size(), steps.get(0).steps());
        assertTrue(steps.size() % 2 == 0 && steps.size() > 2, steps.size() + " steps");
        assertEquals(1, steps.get(steps.size() / 2 - 1).epoch());
        assertEquals(2, steps.get(steps.size() / 2).epoch());
    }

    @Test
    void aFrozenEncoderStays() {
        Path folder = run(temp.resolve("run"))
                .trainable("head")
                .training(training -> training.epochs(2).every(Intervals.EPOCH))
                .start(RunListener.NONE)
                .folder();
        Backend backend = TestBackends.cpu();
        Map<Parameter, Array> before = TinyCheckpoint.weights(TinyCheckpoint.MODEL, HEAD, backend);
        TinyCheckpoint.weights(RunFolder.model(folder), HEAD, backend)
                .forEach((parameter, after) -> assertEquals(
                        !parameter.isOfHead(),
                        Arrays.equals(
                                TestBackends.floats(backend, before.get(parameter)),
                                TestBackends.floats(backend, after)),
                        parameter.name()));
    }

    @Test
    void refusesMoreTokensThanThereArePositionsForBeforeItReadsTexts() {
        MaskedTokens task = MaskedTokens.of(temp.resolve("missing.csv")).withLength(300);
        Run<TokenAccuracy> run =
                Run.builder(TinyCheckpoint.MODEL, task, temp.resolve("run")).build();
        InputException error = assertThrows(InputException.class, () -> run.start(RunListener.NONE));
        assertTrue(error.getMessage().contains("max_position_embeddings is 256"), error.getMessage());
    }

    @Test
    void refusesChangedTexts() throws IOException {
        Path data = Files.copy(TinyCheckpoint.DATA, temp.resolve("data.csv"));
        Path folder = run(temp.resolve("run"), data).start(Runs.stopAfter(1)).folder();
        Files.writeString(data, "Спорт,Ещё один матч.\n", StandardOpenOption.APPEND);
        InputException error = assertThrows(InputException.class, () -> Run.resume(folder, RunListener.NONE));
        assertTrue(error.getMessage().contains("data.csv: has changed since the run began"), error.getMessage());
    }
}
