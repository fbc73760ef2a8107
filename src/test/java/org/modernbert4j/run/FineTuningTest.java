package org.modernbert4j.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.modernbert4j.TinyCheckpoint.DATA;
import static org.modernbert4j.TinyCheckpoint.MODEL;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.modernbert4j.InputException;
import org.modernbert4j.Progress;
import org.modernbert4j.TestBackends;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.checkpoint.HeadSettings;
import org.modernbert4j.data.Dataset;
import org.modernbert4j.data.Example;
import org.modernbert4j.data.LabelledData;
import org.modernbert4j.data.MissingValues;
import org.modernbert4j.data.Samples;
import org.modernbert4j.data.TokenizedText;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.Layout;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.task.Evaluation;
import org.modernbert4j.task.KnownValues;
import org.modernbert4j.task.Measurement;
import org.modernbert4j.task.SingleLabel;
import org.modernbert4j.tokenizer.HuggingFaceTokenizerFactory;

class FineTuningTest {
    private static final int LABELS = 8;

    @TempDir
    private Path temp;

    /** Every head on the backend with kernels of own ops, one on each of the others. */
    private static Stream<Arguments> headsAndBackends() {
        return TestBackends.names().flatMap(backend -> (backend.equals("cpu") ? Head.names() : List.of("mean"))
                .stream().map(head -> Arguments.of(head, backend)));
    }

    @ParameterizedTest
    @MethodSource("headsAndBackends")
    void theLossFalls(String head, String backend) {
        Trained<ClassificationMetrics> run = Runs.small(
                        temp.resolve("not there").resolve("run"), Runs.task().withHead(head))
                .backend(backend)
                .training(training -> training.epochs(4).learningRate(1e-2).maxGradientNorm(OptionalDouble.empty()))
                .start(RunListener.NONE);
        assertTrue(run.finished());
        assertEquals(
                List.of(1, 2, 3, 4),
                run.measurements().stream().map(Measurement::epoch).toList());
        double first = run.measurements().get(0).training().loss();
        double last = run.measurements().get(3).training().loss();
        assertTrue(last < 0.9 * first, first + " to " + last);
    }

    @ParameterizedTest
    @MethodSource("org.modernbert4j.TestBackends#names")
    void theSameSettingsGiveTheSameBytesAndAnotherSeedOthers(String backend) {
        Path once = run("once", backend, 42);
        Path again = run("again", backend, 42);
        Path other = run("other", backend, 43);
        for (String file : Runs.RESULTS) {
            assertArrayEquals(Runs.bytes(once, file), Runs.bytes(again, file), file);
            assertFalse(Arrays.equals(Runs.bytes(once, file), Runs.bytes(other, file)), file);
        }
    }

    private Path run(String name, String backend, long seed) {
        return Runs.small(temp.resolve(name))
                .backend(backend)
                .training(training -> training.seed(seed))
                .start(RunListener.NONE)
                .folder();
    }

    @Test
    void whatIsFrozenKeepsItsBitsOver200StepsWithDecay() {
        Selector selector = Selector.parse("layers.2-3.attn.q, head");
        List<String> notes = new ArrayList<>();
        Trained<ClassificationMetrics> run = Runs.small(temp.resolve("run"))
                .freezing(Freezing.of(selector))
                .training(training -> training.epochs(34))
                .start(new RunListener() {
                    @Override
                    public void note(String line) {
                        notes.add(line);
                    }
                });
        Backend backend = TestBackends.cpu();
        Head head = Head.named("cls", LABELS, 0);
        Map<Parameter, Array> before = TinyCheckpoint.weights(MODEL, head, backend);
        TinyCheckpoint.weights(run.folder().resolve("checkpoint-204"), head, backend)
                .forEach((parameter, after) -> {
                    boolean same = Arrays.equals(
                            TestBackends.floats(backend, before.get(parameter)), TestBackends.floats(backend, after));
                    assertEquals(!selector.matches(parameter), same, parameter.name());
                });
        long frozen = before.keySet().stream()
                .filter(parameter -> !selector.matches(parameter))
                .count();
        String check = notes.get(notes.size() - 1);
        assertTrue(
                check.startsWith("frozen check: %d of %d tensors unchanged, SHA-256 ".formatted(frozen, before.size())),
                check);
    }

    @Test
    void whereNothingIsFrozenNothingIsSaidOfIt() {
        List<String> notes = new ArrayList<>();
        Runs.small(temp.resolve("run")).training(training -> training.epochs(1)).start(new RunListener() {
            @Override
            public void note(String line) {
                notes.add(line);
            }
        });
        assertFalse(notes.isEmpty());
        assertTrue(notes.stream().noneMatch(note -> note.contains("frozen")), notes.toString());
    }

    @Test
    void theBestEpochIsKeptAndClassifiesAsItWasMeasured() {
        Trained<ClassificationMetrics> run = Runs.small(temp.resolve("run"))
                .training(training -> training.epochs(5).learningRate(2e-2).maxGradientNorm(OptionalDouble.empty()))
                .start(RunListener.NONE);
        ClassificationMetrics best = run.requireBest().requireValidation().requireMetrics();
        assertTrue(run.measurements().stream()
                .map(one -> one.requireValidation().requireMetrics())
                .allMatch(metrics -> metrics.weighted().f1() <= best.weighted().f1()));
        List<Example> validation = Samples.split(
                        Dataset.read(DATA, "text", "topic", MissingValues.DROP).examples(), 0.2, 42)
                .validation();
        assertEquals(run.folder().resolve("best"), run.model());
        List<String> predicted =
                predict(run.model(), validation.stream().map(Example::text).toList(), best);
        long right = IntStream.range(0, predicted.size())
                .filter(i -> predicted.get(i).equals(validation.get(i).label()))
                .count();
        assertEquals(best.accuracy(), (double) right / predicted.size(), 1e-12);
    }

    private static List<String> predict(Path model, List<String> texts, ClassificationMetrics measured) {
        HeadSettings settings =
                HeadSettings.of(model, ModernBertConfig.read(model)).orElseThrow();
        Head head = settings.head(LABELS);
        Backend backend = TestBackends.cpu();
        try (HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(model);
                Network network = new Network(
                        TinyCheckpoint.architecture(head),
                        TinyCheckpoint.weights(model, head, backend),
                        backend,
                        Precision.FLOAT32,
                        settings.maxLength())) {
            List<TokenizedText> tokens = tokenizer.cutAll(texts, settings.maxLength(), Progress.NONE).stream()
                    .map(cut -> new TokenizedText(0, cut.ids()))
                    .toList();
            Evaluation evaluation =
                    Evaluation.of(network, Layout.packed(), tokens, 16, KnownValues.NONE, Progress.NONE);
            return Arrays.stream(evaluation.predicted())
                    .mapToObj(id -> measured.classes().get(id).name())
                    .toList();
        }
    }

    @Test
    void stopsWhenPatienceEnds() {
        Trained<ClassificationMetrics> run = Runs.small(temp.resolve("run"))
                .training(training -> training.epochs(9).learningRate(0).patience(2))
                .start(RunListener.NONE);
        assertEquals(3, run.measurements().size(), "nothing is learnt: the first epoch stays the best");
        assertEquals(1, run.requireBest().epoch());
        assertTrue(run.finished());
    }

    @Test
    void measuresAndSavesWhereItIsTold() {
        List<String> saved = new ArrayList<>();
        Trained<ClassificationMetrics> run = Runs.small(temp.resolve("run"))
                .training(training -> training.steps(10).every(Intervals.steps(2, 4, 3)))
                .start(new RunListener() {
                    @Override
                    public void saved(Path folder) {
                        saved.add(folder.getFileName().toString());
                    }
                });
        assertEquals(
                List.of(2, 4, 6, 8, 10),
                run.measurements().stream().map(Measurement::step).toList());
        assertEquals(
                List.of(4, 8, 10),
                run.measurements().stream()
                        .filter(one -> one.validation().isPresent())
                        .map(Measurement::step)
                        .toList());
        assertEquals(List.of("checkpoint-3", "checkpoint-6", "checkpoint-9", "checkpoint-10"), saved);
        assertEquals(
                32,
                run.measurements()
                        .get(0)
                        .training()
                        .requireMetrics()
                        .confusion()
                        .total());
        List<String> lines = Runs.text(run.folder(), "metrics.csv").lines().toList();
        assertTrue(lines.get(1).endsWith(",,,,,0"), lines.get(1));
        assertEquals(14, lines.get(2).split(",").length);
    }

    @Test
    void divergenceIsAnErrorAfterWhichTheSameFolderCanBeUsed() {
        Run.Builder<ClassificationMetrics> run = Runs.small(temp.resolve("run"));
        Training slow = run.build().training();
        run.training(training -> training.epochs(9).learningRate(1e15).maxGradientNorm(OptionalDouble.empty()));
        DivergedException error = assertThrows(DivergedException.class, () -> run.start(RunListener.NONE));
        assertTrue(error.getMessage().contains("lower learning rate"), error.getMessage());
        assertTrue(run.training(slow).start(RunListener.NONE).finished());
    }

    @Test
    void doesNotOverwriteARun() {
        Run<ClassificationMetrics> run = Runs.small(temp.resolve("run")).build();
        run.start(RunListener.NONE);
        InputException error = assertThrows(InputException.class, () -> run.start(RunListener.NONE));
        assertTrue(error.getMessage().contains("holds a run already"), error.getMessage());
    }

    @Test
    void refusesAFileAsItsFolder() throws IOException {
        Run<ClassificationMetrics> run =
                Runs.small(Files.writeString(temp.resolve("run"), "mine")).build();
        InputException error = assertThrows(InputException.class, () -> run.start(RunListener.NONE));
        assertEquals(run.output() + ": found a file, expected a folder; use another one", error.getMessage());
        assertEquals("mine", Files.readString(run.output()));
    }

    @Test
    void refusesMoreTokensThanThereArePositionsFor() {
        InputException error = assertThrows(InputException.class, () -> Runs.small(
                        temp.resolve("run"),
                        SingleLabel.of(LabelledData.of(temp.resolve("missing.csv"), "text", "topic"))
                                .withMaxLength(300))
                .start(RunListener.NONE));
        assertTrue(error.getMessage().contains("max_position_embeddings is 256"), error.getMessage());
        assertThrows(InputException.class, () -> new SingleLabel(LabelledData.of(DATA, "text", "topic"), "cls", 1, 32));
    }
}
