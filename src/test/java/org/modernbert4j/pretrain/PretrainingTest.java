package org.modernbert4j.pretrain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.FileHash;
import org.modernbert4j.InputException;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.ParameterId;
import org.modernbert4j.train.LearningRateSchedule;
import org.modernbert4j.train.ParameterRates;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runs of 25 steps over the fixture's texts: several passes, and measurements between the tens. */
class PretrainingTest {
    private static final int STEPS = 25;
    private static final Head HEAD = new Head.MaskedLanguageModel(320);

    @TempDir
    private static Path shared;

    private static Pretrained uninterrupted;

    @TempDir
    private Path temp;

    @BeforeAll
    static void runWithoutInterruption() {
        uninterrupted = run(shared.resolve("uninterrupted")).run(PretrainingListener.NONE);
    }

    private static Pretraining run(Path output) {
        return run(output, TinyCheckpoint.DATA, 1);
    }

    private static Pretraining run(Path output, Path data, int accumulation) {
        PretrainingOptions options = new PretrainingOptions(
                1,
                OptionalInt.of(STEPS),
                8,
                accumulation,
                ParameterRates.uniform(1e-2, 0.01),
                new LearningRateSchedule(LearningRateSchedule.Shape.WSD, 0.1, 0.2),
                OptionalDouble.of(1),
                12,
                10,
                42);
        return Pretraining.of(TinyCheckpoint.MODEL, List.of(data), output)
                .withLength(48)
                .withTraining(options);
    }

    /** Asks to stop after some steps. */
    private static PretrainingListener stopAfter(int steps) {
        return new PretrainingListener() {
            private int done;

            @Override
            public void progress(int step, int all, int tokens, double loss) {
                done++;
            }

            @Override
            public boolean stopRequested() {
                return done >= steps;
            }
        };
    }

    private static byte[] bytes(Path folder, String file) {
        try {
            return Files.readAllBytes(folder.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path folder, String file) {
        return new String(bytes(folder, file), StandardCharsets.UTF_8);
    }

    @Test
    void theLossFalls() {
        List<Measurement> measurements = uninterrupted.measurements();
        assertEquals(
                List.of(10, 12, 20, 24, 25),
                measurements.stream().map(Measurement::step).toList());
        assertEquals(
                List.of(12, 24, 25),
                measurements.stream()
                        .filter(Measurement::hasValidation)
                        .map(Measurement::step)
                        .toList());
        Measurement first = measurements.get(0);
        Measurement last = measurements.get(measurements.size() - 1);
        assertTrue(last.loss() < first.loss() - 0.5, first.loss() + " to " + last.loss());
        assertTrue(last.validationLoss() < measurements.get(1).validationLoss());
        assertTrue(last.validationAccuracy() > 0 && last.validationAccuracy() < 1);
        assertEquals(1e-2 * (1 - Math.sqrt(0.8)), last.learningRate(), 1e-12);
    }

    @Test
    void writesTheMeasurementsDown() {
        List<String> lines = text(uninterrupted.folder(), "metrics.csv").lines().toList();
        assertEquals("step,loss,learning_rate,tokens,seconds,validation_loss,validation_accuracy", lines.get(0));
        assertEquals(6, lines.size());
        Measurement first = uninterrupted.measurements().get(0);
        assertTrue(lines.get(1).startsWith("10," + first.loss() + ",0.01," + first.tokens() + ","), lines.get(1));
        assertTrue(lines.get(1).endsWith(",,"), lines.get(1));
    }

    @Test
    void theModelIsOneOfTheFramework() {
        Map<ParameterId, INDArray> before = TinyCheckpoint.weights(TinyCheckpoint.MODEL, HEAD);
        Map<ParameterId, INDArray> after = TinyCheckpoint.weights(uninterrupted.model(), HEAD);
        after.forEach((id, values) -> assertFalse(
                Arrays.equals(TinyCheckpoint.values(before.get(id)), TinyCheckpoint.values(values)),
                id.name() + " has not moved"));
        assertArrayEquals(
                bytes(TinyCheckpoint.MODEL, "tokenizer.json"), bytes(uninterrupted.model(), "tokenizer.json"));
    }

    @Test
    void theCardTellsDataLossAndCommand() {
        String card = text(uninterrupted.model(), "README.md");
        Measurement last = uninterrupted.measurements().get(4);
        for (String part : List.of(
                "pipeline_tag: fill-mask",
                "| data.csv | 120 | ",
                FileHash.sha256(TinyCheckpoint.DATA),
                " --steps 25 --batch-size 8 ",
                " --lr-schedule wsd --warmup 0.1 --lr-decay 0.2 ",
                "| 25 | " + "%,d".formatted(last.tokens()) + " | " + "%.4f".formatted(last.loss()))) {
            assertTrue(card.contains(part), part + " is not in\n" + card);
        }
    }

    @ParameterizedTest(name = "after {0} steps")
    @ValueSource(ints = {0, 3, 12, 20})
    void goesOnToTheSameBits(int steps) {
        Pretrained stopped = run(temp.resolve("run")).run(stopAfter(steps));
        assertFalse(stopped.finished());
        assertFalse(Files.exists(stopped.model()));
        assertTrue(Files.isDirectory(stopped.folder().resolve("checkpoint-" + steps)));
        Pretrained resumed = Pretraining.resume(stopped.folder(), PretrainingListener.NONE);
        assertTrue(resumed.finished());
        assertSameResults(resumed);
    }

    @Test
    void goingOnWithAFinishedRunChangesNothing() {
        Path folder = run(temp.resolve("run")).run(PretrainingListener.NONE).folder();
        assertSameResults(Pretraining.resume(folder, PretrainingListener.NONE));
    }

    private static void assertSameResults(Pretrained resumed) {
        for (String file : List.of("model/model.safetensors", "checkpoint-25/optimizer.safetensors")) {
            assertArrayEquals(bytes(uninterrupted.folder(), file), bytes(resumed.folder(), file), file);
        }
        List<Measurement> expected = uninterrupted.measurements();
        assertEquals(expected.size(), resumed.measurements().size());
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i).loss(), resumed.measurements().get(i).loss());
            assertEquals(expected.get(i).tokens(), resumed.measurements().get(i).tokens());
            assertEquals(
                    expected.get(i).validationLoss(),
                    resumed.measurements().get(i).validationLoss());
        }
    }

    @Test
    void partsOfABatchMakeTheSameSteps() {
        List<Measurement> whole = uninterrupted.measurements();
        List<Measurement> parts = run(temp.resolve("run"), TinyCheckpoint.DATA, 3)
                .run(PretrainingListener.NONE)
                .measurements();
        for (int i = 0; i < whole.size(); i++) {
            assertEquals(whole.get(i).loss(), parts.get(i).loss(), 1e-3);
        }
    }

    @Test
    void savesEveryFewStepsAndKeepsTheLast() {
        List<String> saved = new ArrayList<>();
        PretrainingListener saving = new PretrainingListener() {
            @Override
            public void saved(Path folder) {
                saved.add(folder.getFileName().toString());
            }
        };
        Path folder = run(temp.resolve("run")).run(saving).folder();
        assertEquals(List.of("checkpoint-10", "checkpoint-20", "checkpoint-25", "model"), saved);
        assertFalse(Files.exists(folder.resolve("checkpoint-20")));
    }

    @Test
    void epochsCountPassesOverTheSequences() {
        List<Integer> steps = new ArrayList<>();
        PretrainingListener counting = new PretrainingListener() {
            @Override
            public void progress(int step, int all, int tokens, double loss) {
                steps.add(all);
            }
        };
        PretrainingOptions twice = new PretrainingOptions(
                2,
                OptionalInt.empty(),
                8,
                1,
                ParameterRates.uniform(1e-2, 0.01),
                LearningRateSchedule.CONSTANT,
                OptionalDouble.empty(),
                1_000,
                1_000,
                42);
        run(temp.resolve("run")).withTraining(twice).run(counting);
        assertEquals(steps.size(), steps.get(0));
        assertTrue(steps.size() % 2 == 0 && steps.size() > 2, steps.size() + " steps");
    }

    @Test
    void refusesChangedTexts() throws IOException {
        Path data = Files.copy(TinyCheckpoint.DATA, temp.resolve("data.csv"));
        Path folder = run(temp.resolve("run"), data, 1).run(stopAfter(1)).folder();
        Files.writeString(data, "Спорт,Ещё один матч.\n", StandardOpenOption.APPEND);
        InputException error =
                assertThrows(InputException.class, () -> Pretraining.resume(folder, PretrainingListener.NONE));
        assertTrue(error.getMessage().contains("data.csv: is not what it was"), error.getMessage());
    }
}
