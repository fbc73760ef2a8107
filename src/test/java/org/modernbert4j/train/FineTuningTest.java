package org.modernbert4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.modernbert4j.TinyCheckpoint.DATA;
import static org.modernbert4j.TinyCheckpoint.MODEL;
import static org.modernbert4j.TinyCheckpoint.values;
import static org.modernbert4j.TinyCheckpoint.weights;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.modernbert4j.InputException;
import org.modernbert4j.Progress;
import org.modernbert4j.data.Dataset;
import org.modernbert4j.data.Example;
import org.modernbert4j.data.MissingValues;
import org.modernbert4j.data.Sampling;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.ParameterId;
import org.nd4j.linalg.api.ndarray.INDArray;

class FineTuningTest {
    static final List<String> HEADS = Head.NAMES;
    private static final int LABELS = 8;

    @TempDir
    private Path temp;

    @ParameterizedTest
    @FieldSource("HEADS")
    void theLossFallsWithEveryHead(String head) {
        FineTuned run = Runs.small(temp.resolve("run"))
                .withHead(head)
                .withTraining(Runs.options(4, 1e-2, OptionalDouble.empty(), OptionalInt.empty(), 42))
                .run(TrainingListener.NONE);
        assertTrue(run.finished());
        assertEquals(4, run.epochs().size());
        double first = run.epochs().get(0).trainLoss();
        double last = run.epochs().get(3).trainLoss();
        assertTrue(last < 0.9 * first, first + " to " + last);
    }

    @Test
    void theSameSettingsGiveTheSameBytesAndAnotherSeedOthers() {
        Path once = Runs.small(temp.resolve("once")).run(TrainingListener.NONE).folder();
        Path again =
                Runs.small(temp.resolve("again")).run(TrainingListener.NONE).folder();
        Path other = Runs.small(temp.resolve("other"))
                .withTraining(Runs.options(2, 43))
                .run(TrainingListener.NONE)
                .folder();
        for (String file : Runs.RESULTS) {
            assertArrayEquals(Runs.bytes(once, file), Runs.bytes(again, file), file);
            assertFalse(Arrays.equals(Runs.bytes(once, file), Runs.bytes(other, file)), file);
        }
    }

    @Test
    void whatIsFrozenKeepsItsBitsOver200StepsWithDecay() {
        Selector selector = Selector.parse("layers.2-3.attn.q, head");
        List<String> notes = new ArrayList<>();
        FineTuned run = Runs.small(temp.resolve("run"))
                .withTrainable(selector)
                .withTraining(Runs.options(34, 42))
                .run(new TrainingListener() {
                    @Override
                    public void note(String line) {
                        notes.add(line);
                    }
                });
        Head head = Head.named("cls", LABELS, 0);
        Map<ParameterId, INDArray> before = weights(MODEL, head);
        weights(run.folder().resolve("checkpoint-204"), head).forEach((id, after) -> {
            boolean same = Arrays.equals(values(before.get(id)), values(after));
            assertEquals(!selector.matches(id), same, id.name());
        });
        long frozen =
                before.keySet().stream().filter(id -> !selector.matches(id)).count();
        String check = notes.get(notes.size() - 1);
        assertTrue(
                check.startsWith("frozen check: %d of %d tensors unchanged, SHA-256 ".formatted(frozen, before.size())),
                check);
    }

    @Test
    void theBestEpochIsKeptAndClassifiesAsItWasMeasured() {
        FineTuned run = Runs.small(temp.resolve("run"))
                .withTraining(Runs.options(5, 2e-2, OptionalDouble.empty(), OptionalInt.empty(), 42))
                .run(TrainingListener.NONE);
        double best = run.best().validation().weighted().f1();
        assertTrue(run.epochs().stream()
                .allMatch(epoch -> epoch.validation().weighted().f1() <= best));
        List<Example> validation = Sampling.stratifiedSplit(
                        Dataset.read(DATA, "text", "topic", MissingValues.DROP).examples(), 0.2, 42)
                .validation();
        try (TextClassifier classifier = TextClassifier.open(run.folder())) {
            List<TextClassifier.Classification> found =
                    classifier.classify(validation.stream().map(Example::text).toList(), Progress.NONE);
            long right = 0;
            for (int i = 0; i < found.size(); i++) {
                right += found.get(i).label().equals(validation.get(i).label()) ? 1 : 0;
            }
            assertEquals(run.best().validation().accuracy(), (double) right / found.size(), 1e-12);
        }
    }

    @Test
    void stopsWhenPatienceEnds() {
        FineTuned run = Runs.small(temp.resolve("run"))
                .withTraining(Runs.options(9, 0, OptionalDouble.empty(), OptionalInt.of(2), 42))
                .run(TrainingListener.NONE);
        assertEquals(3, run.epochs().size(), "nothing is learnt: the first epoch stays the best");
        assertEquals(1, run.bestEpoch());
        assertTrue(run.finished());
    }

    @Test
    void divergenceIsAnErrorAfterWhichTheSameFolderCanBeUsed() {
        FineTuning run = Runs.small(temp.resolve("run"));
        TrainingOptions tooFast = Runs.options(9, 1e15, OptionalDouble.empty(), OptionalInt.empty(), 42);
        DivergedException error = assertThrows(
                DivergedException.class, () -> run.withTraining(tooFast).run(TrainingListener.NONE));
        assertTrue(error.getMessage().contains("lower learning rate"), error.getMessage());
        assertTrue(run.run(TrainingListener.NONE).finished());
    }

    @Test
    void doesNotOverwriteARun() {
        FineTuning run = Runs.small(temp.resolve("run"));
        run.run(TrainingListener.NONE);
        InputException error = assertThrows(InputException.class, () -> run.run(TrainingListener.NONE));
        assertTrue(error.getMessage().contains("holds a run already"), error.getMessage());
    }
}
