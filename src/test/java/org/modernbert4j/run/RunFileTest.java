package org.modernbert4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modernbert4j.FileHash;
import org.modernbert4j.InputException;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.data.CsvFormat;
import org.modernbert4j.data.Held;
import org.modernbert4j.data.LabelType;
import org.modernbert4j.data.LabelledData;
import org.modernbert4j.data.MissingValues;
import org.modernbert4j.data.Reading;
import org.modernbert4j.freeze.NamedSchedule;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.json.JsonFile;
import org.modernbert4j.json.Settings;
import org.modernbert4j.optim.AdamWSettings;
import org.modernbert4j.optim.LearningRateSchedule;
import org.modernbert4j.optim.LearningRateSchedule.Shape;
import org.modernbert4j.task.MaskedTokens;
import org.modernbert4j.task.SingleLabel;
import org.modernbert4j.task.Task.Source;
import org.modernbert4j.task.TaskSettings;

class RunFileTest {
    private static final Path OLDER = Path.of("src", "test", "resources", "older-run");

    @TempDir
    private Path temp;

    private static List<Source> sources() {
        return List.of(new Source(TinyCheckpoint.DATA, 1, 1, FileHash.sha256(TinyCheckpoint.DATA)));
    }

    private static <M> Run<M> unusual(TaskSettings<M> task, Path output) {
        return Run.builder(TinyCheckpoint.MODEL, task, output)
                .training(training -> training.epochs(7)
                        .steps(11)
                        .batchSize(5)
                        .accumulation(2)
                        .optimizer(new AdamWSettings(0.8, 0.95, 1e-7))
                        .learningRate(1e-3)
                        .headLearningRate(1e-2)
                        .layerDecay(0.9)
                        .weightDecay(0.2, Selector.parse("norms, biases"))
                        .learningRateSchedule(new LearningRateSchedule(Shape.COSINE, 0.3, 0.4))
                        .maxGradientNorm(OptionalDouble.of(2))
                        .every(new Intervals(
                                OptionalInt.of(3),
                                OptionalInt.empty(),
                                Saving.steps(4).withKeep(5)))
                        .patience(6)
                        .seed(1L << 40))
                .freezing(NamedSchedule.START_TO_END)
                .precision(Precision.BFLOAT16)
                .backend("cpu")
                .build();
    }

    @Test
    void readsWhatWasWritten() throws IOException {
        CsvFormat format = CsvFormat.of("\\t", CsvFormat.Quotes.NONE);
        LabelledData data = new LabelledData(
                List.of(TinyCheckpoint.DATA),
                new Reading(format, new Reading.Columns("text", "topic"), LabelType.TEXT, MissingValues.REFUSE, true),
                Set.of("b", "a"),
                0.5,
                OptionalInt.of(9),
                new Held.Share(0.25),
                Optional.empty(),
                3);
        for (Run<?> run : List.of(
                unusual(new SingleLabel(data, "lstm", 0.1, 77), temp.resolve("labels")),
                unusual(
                        new MaskedTokens(List.of(TinyCheckpoint.DATA), format, "body", 66, 0.2, 0),
                        temp.resolve("tokens")),
                Run.builder(
                                TinyCheckpoint.MODEL,
                                SingleLabel.of(LabelledData.of(TinyCheckpoint.DATA, "text", "topic")),
                                temp.resolve("usual"))
                        .build())) {
            write(run, sources(), Map.of("java", "17"));
            assertEquals(run, RunFile.read(run.output()));
        }
        assertEquals(
                "refuse",
                RunFile.describe(temp.resolve("labels")).settings().get("missing"),
                "written as on the command line, in capitals by older versions");
    }

    private static void write(Run<?> run, List<Source> sources, Map<String, String> environment) throws IOException {
        Files.createDirectories(run.output());
        RunFile.write(run, sources, Map.of(), environment);
    }

    /** What is empty stays empty, also where the settings that it is read over have a value. */
    @Test
    void readsWhatIsEmptyAsEmpty() throws IOException {
        Training empty = Training.fineTuning();
        Training full = unusual(Runs.task(), temp).training();
        JsonObject object = new JsonObject();
        empty.exchange(Settings.writing(object), Intervals.EPOCH);
        Path file = Files.writeString(temp.resolve("training.json"), object.toString());
        Settings written = Settings.reading(JsonFile.read(file, "write it again"));
        assertEquals(empty, full.exchange(written, Intervals.EPOCH));
        assertEquals(
                Intervals.steps(1, 2, 3),
                full.exchange(written, Intervals.steps(1, 2, 3)).intervals());
    }

    @Test
    void refusesHashesThatAreNotThoseOfTheFiles() throws IOException {
        Run<?> run = Runs.small(temp.resolve("run")).build();
        write(run, List.of(), Map.of());
        InputException error = assertThrows(InputException.class, () -> RunFile.read(run.output()));
        assertTrue(
                error.getMessage()
                        .contains("run.json: files_sha256: found 0 hashes, expected 1, one for each file of data"),
                error.getMessage());
    }

    @Test
    void aClassifierKeepsItsBestWeightsAndAPreTrainedEncoderItsLast() {
        assertTrue(Runs.task().keepsBest());
        assertFalse(MaskedTokens.of(TinyCheckpoint.DATA).keepsBest());
    }

    @Test
    void namesSettingsAsTheCommandLineDoes() throws IOException {
        Run<?> run = unusual(MaskedTokens.of(TinyCheckpoint.DATA), temp.resolve("run"));
        write(run, sources(), Map.of("java", "17"));
        RunFile.Description description = RunFile.describe(run.output());
        assertEquals("masked-tokens", description.task());
        assertEquals(Map.of("java", "17"), description.environment());
        Map<String, String> settings = description.settings();
        assertEquals(TinyCheckpoint.DATA.toString(), settings.get("data"));
        assertEquals(FileHash.sha256(TinyCheckpoint.DATA), settings.get("data sha256"));
        assertEquals("0.3", settings.get("mask rate"));
        assertEquals("start-to-end", settings.get("schedule"));
        assertEquals("bfloat16", settings.get("precision"));
        assertEquals("adamw", settings.get("optimizer"));
        assertEquals("cosine", settings.get("lr schedule"));
        assertEquals("4", settings.get("save every"));
        assertEquals("5", settings.get("keep checkpoints"));
    }

    /** The settings that the first version wrote; what it had no setting for is as it was then. */
    @Test
    void readsRunsOfAnOlderVersion() {
        Run<?> labels = RunFile.read(OLDER.resolve("train"));
        assertEquals(
                Runs.small(OLDER.resolve("train"), Runs.olderTask())
                        .training(training -> training.epochs(3))
                        .build(),
                labels);
        Run<?> tokens = RunFile.read(OLDER.resolve("pretrain"));
        assertEquals(MaskedTokens.of(TinyCheckpoint.DATA).withLength(48), tokens.task());
        assertEquals(AdamWSettings.PRETRAINING, tokens.training().update().optimizer());
        assertEquals(Intervals.steps(10, 12, 10), tokens.training().intervals());
        assertEquals("single-label", RunFile.describe(OLDER.resolve("train")).task());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"task\": \"single-label\" | \"task\": \"regression\" | run.json: task: found regression, expected"
                        + " one of",
                "\"batch_size\": 16 | \"batch_size\": 0 | batch size 0 is out of range; use at least 1",
                "\"batch_size\": 16 | \"batch_size\": \"16\" | run.json: settings.batch_size: found \"16\"",
                "\"lr_schedule\": \"constant\" | \"lr_schedule\": \"steep\" | expected one of [constant, linear,"
                        + " cosine, wsd]",
                "\"max_grad_norm\": 1.0 | \"max_grad_norm\": 0 | max grad norm 0.0 is out of range",
                "\"max_grad_norm\": 1.0 | \"max_grad_norm\": 1e999 | settings.max_grad_norm: found 1e999, expected a"
                        + " finite number",
                "\"optimizer\": \"adamw\" | \"optimizer\": \"sgd\" | expected one of [adamw]",
                "\"data\": | \"date\": | settings.data: found nothing, expected a text",
                "\"train\": \"all\" | \"freeze\": \"all\" | run.json: settings.freeze: is no field that this version"
                        + " knows; take it",
                "\"head\": \"cls\" | \"head\": \"cls\", \"learning_rte\": 3 | run.json: settings.learning_rte: is no"
                        + " field that this version knows; near names: learning_rate; take it out, or correct its name",
                "\"task\": | \"bar\": 2, \"task\": | run.json: bar: is no field that this version knows; take it out",
                "\"task\": | \"task_\": null, \"task\": | run.json: task_: is no field that this version knows; near"
                        + " names: task;",
            })
    void tellsWhatIsWrong(String right, String wrong, String message) throws IOException {
        Run<?> run = Runs.small(temp.resolve("run")).build();
        write(run, sources(), Map.of());
        Path file = run.output().resolve("run.json");
        Files.writeString(file, Files.readString(file).replace(right, wrong));
        InputException error = assertThrows(InputException.class, () -> RunFile.read(run.output()));
        assertTrue(error.getMessage().contains(message), error.getMessage());
    }

    @Test
    void theModelOfAFolderIsWhatCameOutOfItsRun() throws IOException {
        Path run = Files.createDirectories(temp.resolve("run"));
        Path model = Files.createDirectories(run.resolve("model"));
        assertEquals(run, RunFolder.model(run), "not a run yet");
        Files.writeString(run.resolve("run.json"), "{}");
        assertEquals(model, RunFolder.model(run));
        Path best = Files.createDirectories(run.resolve("best"));
        assertEquals(best, RunFolder.model(run));
        assertEquals(model, RunFolder.model(model));
        Path checkpoint = Files.createDirectories(run.resolve("checkpoint-7"));
        assertTrue(RunFolder.ofModel(best).isEmpty(), "no checkpoint yet");
        Files.writeString(checkpoint.resolve("trainer_state.json"), "{}");
        assertEquals(run.toAbsolutePath(), RunFolder.ofModel(best).orElseThrow());
        assertTrue(RunFolder.ofModel(model).isEmpty());
    }
}
