package org.modernbert4j.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modernbert4j.FileHash;
import org.modernbert4j.InputException;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.checkpoint.Checksums;
import org.modernbert4j.data.LabelledData;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.optim.OnNan;
import org.modernbert4j.run.Saving.Interval;
import org.modernbert4j.task.SingleLabel;

/** Runs of 2 epochs of 6 steps that go on from an earlier checkpoint, with moved files, or for longer. */
class ResumptionTest {
    @TempDir
    private static Path shared;

    /** The files of a run that was not stopped; saved after each epoch. */
    private static Path whole;

    @TempDir
    private Path temp;

    @BeforeAll
    static void runWithoutInterruption() {
        whole = Runs.small(shared.resolve("whole"))
                .backend("cpu")
                .start(RunListener.NONE)
                .folder();
    }

    private Path copy() throws IOException {
        Path run = temp.resolve("run");
        try (Stream<Path> files = Files.walk(whole)) {
            for (Path file : files.toList()) {
                Files.copy(file, run.resolve(whole.relativize(file).toString()));
            }
        }
        return run;
    }

    private static void assertSameResults(Path expected, Path run) {
        for (String file : Runs.RESULTS) {
            assertArrayEquals(Runs.bytes(expected, file), Runs.bytes(run, file), file);
        }
    }

    private static String refusal(Resumption resumption) {
        return assertThrows(InputException.class, () -> resumption.start(RunListener.NONE))
                .getMessage();
    }

    private static void flipByte(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model.safetensors",
                "optimizer.safetensors",
                "trainer_state.json",
                "config.json",
                "head.json",
                "tokenizer.json",
                "tokenizer_config.json"
            })
    void aFlippedByteIsNamedAndTheCheckpointBeforeIsOffered(String name) throws IOException {
        Path run = copy();
        Path file = run.resolve("checkpoint-12").resolve(name);
        String expected = FileHash.sha256(file);
        flipByte(file);
        String message = refusal(Resumption.of(run).keepCheckpoints(3));
        assertTrue(
                message.startsWith(file + ": has the SHA-256 " + FileHash.sha256(file) + ", expected " + expected),
                message);
        Path before = run.resolve("checkpoint-6");
        assertTrue(
                message.endsWith(
                        "; go on from the checkpoint before it: train --resume " + before + " --keep-checkpoints 3"),
                message);
        List<String> notes = new ArrayList<>();
        Trained<?> resumed = Resumption.of(before).start(new RunListener() {
            @Override
            public void note(String line) {
                notes.add(line);
            }
        });
        assertTrue(resumed.finished());
        assertTrue(notes.stream().anyMatch(note -> note.contains("replaces the later")), notes.toString());
        assertSameResults(whole, run);
        if (!name.equals("trainer_state.json")) { // which has seconds
            assertEquals(expected, FileHash.sha256(file));
        }
    }

    /** A list that leaves out what is read says nothing of it. */
    @Test
    void aFileThatIsReadAndNotListedIsRefused() throws IOException {
        Path run = copy();
        Path checkpoint = run.resolve("checkpoint-12");
        Files.writeString(checkpoint.resolve("README.md"), "theirs");
        Resumption.of(run).start(RunListener.NONE);
        Files.writeString(checkpoint.resolve("special_tokens_map.json"), "{}");
        String message = refusal(Resumption.of(run));
        String unlisted = checkpoint + "/SHA256SUMS: found no line for special_tokens_map.json, expected one for each";
        assertTrue(message.startsWith(unlisted), message);
        Files.delete(checkpoint.resolve("special_tokens_map.json"));
        Resumption.of(run).start(RunListener.NONE);
        Path list = checkpoint.resolve("SHA256SUMS");
        Files.write(
                list,
                Files.readAllLines(list).stream()
                        .filter(line -> !line.endsWith("head.json"))
                        .toList());
        assertTrue(refusal(Resumption.of(run)).contains("SHA256SUMS: found no line for head.json, expected"));
        Files.write(list, new byte[0]);
        assertTrue(refusal(Resumption.of(run)).contains("SHA256SUMS: found no line for config.json, head.json, "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"learning_rate\": 0.003 | \"learning_rate\": 0.03 | learning_rate: found 0.03, expected 0.003",
                "_rate\": 0.003 | _rate\": 1 | head_learning_rate: found 1.0, expected 0.003, and learning_rate: found 1.0",
                "\"seed\": 42 | \"seed\": 43 | seed: found 43, expected 42",
                "\"data_seed\": 42 | \"data_seed\": 43 | data_seed: found 43, expected 42",
                "\"batch_size\": 16 | \"batch_size\": 8 | batch_size: found 8, expected 16",
                "\"head\": \"cls\" | \"head\": \"mean\" | head: found \"mean\", expected \"cls\"",
                "\"lr_schedule\": \"constant\" | \"lr_schedule\": \"linear\" | lr_schedule: found \"linear\"",
                "\"train\": \"all\" | \"train\": \"head\" | train: found \"head\", expected \"all\"",
                "\"train\": \"all\" | \"schedule\": \"head-only\" | schedule: found \"head-only\", expected nothing",
                "\"max_grad_norm\": 1.0, | '' | max_grad_norm: found nothing, expected 1.0",
                "\"sample\": 1.0 | \"sample\": 1.0, \"limit\": 50 | limit: found 50, expected nothing",
                "\"max_length\": 32 | \"max_length\": 16 | max_length: found 16, expected 32",
                "\"precision\": \"float32\" | \"precision\": \"bfloat16\" | precision: found \"bfloat16\"",
            })
    void aSettingThatTheResultsDependOnIsRefusedAfterAChange(String right, String wrong, String why)
            throws IOException {
        Path run = copy();
        Path file = run.resolve("run.json");
        String text = Files.readString(file);
        assertTrue(text.contains(right), text);
        Files.writeString(file, text.replace(right, wrong));
        String message = refusal(Resumption.of(run).epochs(3));
        assertTrue(message.startsWith(file + ": ") && message.contains(why), message);
        Path last = run.resolve("checkpoint-12");
        assertTrue(
                message.endsWith(
                        ", as " + last + " was trained; put that back, or start a new run with other settings"),
                message);
        assertEquals(text.replace(right, wrong), Files.readString(file));
        Files.writeString(file, text);
        assertTrue(Resumption.of(run).start(RunListener.NONE).finished());
        assertSameResults(whole, run);
    }

    @Test
    void theHashOfTheDataAndTheTaskMayNotChangeEither() throws IOException {
        Path run = copy();
        Path file = run.resolve("run.json");
        String text = Files.readString(file);
        String hash = FileHash.sha256(TinyCheckpoint.DATA);
        Path other = Files.writeString(temp.resolve("other.csv"), Files.readString(TinyCheckpoint.DATA) + "\n");
        Files.writeString(file, text.replace(hash, FileHash.sha256(other)));
        String message = refusal(Resumption.of(run).data(List.of(other)));
        assertTrue(
                message.contains("files_sha256: found [\"" + FileHash.sha256(other) + "\"], expected [\"" + hash),
                message);
        Files.writeString(
                file,
                text.replace("\"single-label\"", "\"masked-tokens\"")
                        .replace(
                                "\"data\": \"" + TinyCheckpoint.DATA + "\"",
                                "\"data\": [\"" + TinyCheckpoint.DATA + "\"]")
                        .replace("\"max_length\"", "\"mask_rate\": 0.3, \"length\""));
        String task =
                assertThrows(InputException.class, () -> Resumption.of(run)).getMessage();
        assertTrue(task.startsWith(file + ": settings."), task); // which are those of the other task
    }

    /** How long a run goes on, and what is saved, is no matter of what it has learnt. */
    @Test
    void otherSettingsOfTheFileMayChange() throws IOException {
        Path run = copy();
        Path file = run.resolve("run.json");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace("\"epochs\": 2", "\"epochs\": 3, \"patience\": 2, \"save_every\": \"3\"")
                        .replace("\"keep_checkpoints\": 2", "\"keep_checkpoints\": 9")
                        .replace("\"on_nan\": \"stop\"", "\"on_nan\": \"skip\"")
                        .replaceAll("\"output\": \"[^\"]*\"", "\"output\": \"elsewhere\""));
        assertTrue(Resumption.of(run).start(RunListener.NONE).finished());
        assertTrue(Files.isDirectory(run.resolve("checkpoint-15")));
        assertEquals(OnNan.SKIP, Run.settingsOf(run).training().update().onNan());
    }

    /** Changes what a checkpoint says that it was trained under. */
    private static void changeTrainedUnder(Path checkpoint, Consumer<JsonObject> change) throws IOException {
        Path file = checkpoint.resolve("trainer_state.json");
        JsonObject state = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        change.accept(state);
        Files.writeString(file, state.toString());
        Files.delete(checkpoint.resolve("SHA256SUMS"));
        Checksums.write(checkpoint);
    }

    @Test
    void whatOlderVersionsSavedIsUsed() throws IOException {
        Path run = copy();
        Path checkpoint = run.resolve("checkpoint-12");
        changeTrainedUnder(
                checkpoint, state -> state.getAsJsonObject("trained_under").remove("lr_decay"));
        List<String> notes = new ArrayList<>();
        RunListener listener = new RunListener() {
            @Override
            public void note(String line) {
                notes.add(line);
            }
        };
        Resumption.of(run).start(listener);
        assertFalse(notes.stream().anyMatch(note -> note.contains("trained under")), notes.toString());
        changeTrainedUnder(checkpoint, state -> state.remove("trained_under"));
        Resumption.of(run).start(listener);
        assertTrue(
                notes.contains(checkpoint + ": does not say what it was trained under, as older versions saved it:"
                        + " whether run.json is as it was could not be checked"),
                notes.toString());
    }

    private static Run.Builder<ClassificationMetrics> withoutLearning(Path output, int epochs, int patience) {
        return Runs.small(output)
                .backend("cpu")
                .training(training -> training.epochs(epochs).learningRate(0).patience(patience));
    }

    @Test
    void aRunThatPatienceEndedSaysSoAndGoesOnWithMore() throws IOException {
        List<String> notes = new ArrayList<>();
        RunListener listener = new RunListener() {
            @Override
            public void note(String line) {
                notes.add(line);
            }
        };
        Path run = temp.resolve("run");
        String ending = "stopped by patience 1 at step 12 of 24, as no score is better than that of step 6";
        String note = ending + "; a larger --patience goes on beside --resume";
        withoutLearning(run, 4, 1).start(listener);
        assertTrue(notes.contains(note), notes.toString());
        assertTrue(Runs.text(run, "report.html").contains("stopped by patience 1"));
        notes.clear();
        assertTrue(Resumption.of(run).start(listener).finished());
        assertTrue(notes.contains(note), notes.toString());

        String before = Runs.text(run, "run.json");
        assertEquals(
                run.resolve("checkpoint-12") + ": " + ending.replace("of 24", "of 30")
                        + ", so that other epochs or steps change nothing; go on with --patience 2 or more as well, or"
                        + " start a new run",
                refusal(Resumption.of(run).epochs(5)));
        assertEquals(before, Runs.text(run, "run.json"));

        notes.clear();
        Resumption.of(run).epochs(5).patience(2).start(listener);
        assertTrue(notes.stream().anyMatch(line -> line.startsWith("stopped by patience 2 at step 18 of 30")));
        Path longer = withoutLearning(temp.resolve("longer"), 5, 2)
                .start(RunListener.NONE)
                .folder();
        assertSameResults(longer, run);

        notes.clear();
        Resumption.of(run).epochs(4).patience(3).start(listener);
        assertFalse(notes.stream().anyMatch(line -> line.startsWith("stopped")), notes.toString());
        assertEquals(24, RunFolder.step(RunFolder.lastCheckpoint(run)));
    }

    @Test
    void numbersOfEpochsBeyondAPlanAreRefused() throws IOException {
        Path run = copy();
        String range = "epochs 2147483647 is out of range; use a number from 1 to 100000";
        assertEquals(range, refusal(Resumption.of(run).epochs(Integer.MAX_VALUE)));
        Path file = run.resolve("run.json");
        String text = Files.readString(file);
        Files.writeString(file, text.replace("\"epochs\": 2", "\"epochs\": 2147483647"));
        String message =
                assertThrows(InputException.class, () -> Resumption.of(run)).getMessage();
        assertEquals(file + ": " + range + "; start a new run", message);
        Files.writeString(file, text.replace("\"epochs\": 2", "\"epochs\": 2147483648"));
        String larger =
                assertThrows(InputException.class, () -> Resumption.of(run)).getMessage();
        assertTrue(larger.startsWith(file + ": settings.epochs: found 2147483648, expected a whole number"), larger);
        Files.writeString(file, text);
        Resumption.of(run).epochs(3).keepCheckpoints(Integer.MAX_VALUE).start(RunListener.NONE);
        assertEquals(3, RunFolder.checkpoints(run).size());
    }

    @Test
    void whereNoOtherCheckpointIsWholeThatIsSaid() throws IOException {
        Path run = copy();
        flipByte(run.resolve("checkpoint-12/model.safetensors"));
        Files.delete(run.resolve("checkpoint-6/optimizer.safetensors"));
        String message = refusal(Resumption.of(run));
        assertTrue(message.endsWith("; no checkpoint before it is whole: start a new run in another folder"), message);
        String other = refusal(Resumption.of(run.resolve("checkpoint-6")));
        assertTrue(other.contains("optimizer.safetensors: no such file, though"), other);
    }

    @Test
    void theBestModelIsCheckedToo() throws IOException {
        Path run = copy();
        flipByte(run.resolve("best/model.safetensors"));
        assertThrows(InputException.class, () -> Checkpoint.open(RunFolder.model(run)));
    }

    @Test
    void aCheckpointWithoutHashesIsUsedAndThatIsSaid() throws IOException {
        Path run = copy();
        Files.delete(run.resolve("checkpoint-12/SHA256SUMS"));
        List<String> notes = new ArrayList<>();
        Run.resume(run, new RunListener() {
            @Override
            public void note(String line) {
                notes.add(line);
            }
        });
        assertTrue(notes.get(0).contains("checkpoint-12: has no SHA256SUMS"), notes.toString());
    }

    /** The learning rate is constant and all trains, so that a longer run is the shorter one and more. */
    @Test
    void aRunForMoreEpochsIsAsIfItHadBegunSo() throws IOException {
        Path longer = Runs.small(temp.resolve("longer"))
                .backend("cpu")
                .training(training -> training.epochs(3))
                .start(RunListener.NONE)
                .folder();
        Path run = copy();
        assertTrue(Resumption.of(run).epochs(3).start(RunListener.NONE).finished());
        assertSameResults(longer, run);
        assertTrue(Runs.text(run, "report.html").contains("planned for 12 steps at first"));
        assertEquals(3, Run.settingsOf(run).training().epochs());
        String message = refusal(Resumption.of(run).epochs(2));
        assertTrue(message.contains("found 18 steps and 3 epochs done, expected at most the 12 steps"), message);
    }

    /** After a stop before the next checkpoint, the run goes on as its settings say. */
    @Test
    void otherSettingsEndLaterCheckpoints() throws IOException {
        Path run = copy();
        List<String> notes = new ArrayList<>();
        Resumption.of(run.resolve("checkpoint-6")).keepCheckpoints(3).start(new RunListener() {
            @Override
            public void note(String line) {
                notes.add(line);
            }

            @Override
            public boolean stopRequested() {
                assertEquals(run.resolve("checkpoint-6"), RunFolder.lastCheckpoint(run));
                return true;
            }
        });
        assertTrue(notes.stream().anyMatch(note -> note.contains("are removed, as")), notes.toString());
    }

    @Test
    void theBestModelIsNeverOfAnotherPlan() throws IOException {
        Path run = copy();
        Path best = run.resolve("best");
        Path first = run.resolve("checkpoint-6");
        String later = best + ": holds the weights after step 12, later than " + first;
        StateFile.writePlace(best, new PlannedRun.Place(12, Optional.of(new PlannedRun(12, List.of()))));
        assertEquals(
                later + ", in a run planned for 12 steps, not 18; go on for --epochs 2 first, as it was trained",
                refusal(Resumption.of(first).epochs(3)));
        StateFile.writePlace(best, new PlannedRun.Place(12, Optional.empty()));
        assertEquals(
                later + "; go on from a checkpoint after that step, or start a new run",
                refusal(Resumption.of(first).epochs(3)));
        assertTrue(Resumption.of(first).epochs(2).start(RunListener.NONE).finished());
        assertSameResults(whole, run);
        Resumption.of(run).epochs(3).keepCheckpoints(3).start(RunListener.NONE);
        StateFile.writePlace(
                best,
                new PlannedRun.Place(18, Optional.of(new PlannedRun(18, List.of(new RunState.Replanned(12, 12))))));
        assertEquals(
                best + ": holds the weights after step 18, later than " + first
                        + ", in a run planned for 18 steps, not 12; go on from a checkpoint after that step, or start a new"
                        + " run",
                refusal(Resumption.of(first).epochs(2)));
    }

    /** The best model is of the last step, so that it is later than the checkpoint that the run goes on from. */
    @Test
    void aDamagedCheckpointOfALongerRunIsMadeAgain() throws IOException {
        Path run = temp.resolve("run");
        Runs.small(run)
                .backend("cpu")
                .training(training -> training.epochs(1).learningRate(3e-2))
                .start(RunListener.NONE);
        Resumption.of(run).epochs(2).start(RunListener.NONE);
        assertEquals(12, StateFile.readPlace(run.resolve("best")).orElseThrow().step());
        List<byte[]> expected =
                Runs.RESULTS.stream().map(file -> Runs.bytes(run, file)).toList();
        Path weights = run.resolve("checkpoint-12/model.safetensors");
        String hash = FileHash.sha256(weights);
        for (Optional<Integer> epochs : List.<Optional<Integer>>of(Optional.empty(), Optional.of(2))) {
            flipByte(weights);
            Resumption damaged = Resumption.of(run);
            epochs.ifPresent(damaged::epochs);
            String message = refusal(damaged);
            Path before = run.resolve("checkpoint-6");
            assertTrue(message.endsWith("; go on from the checkpoint before it: train --resume " + before), message);
            Resumption again = Resumption.of(before);
            epochs.ifPresent(again::epochs);
            assertTrue(again.start(RunListener.NONE).finished());
            for (int i = 0; i < expected.size(); i++) {
                assertArrayEquals(expected.get(i), Runs.bytes(run, Runs.RESULTS.get(i)), Runs.RESULTS.get(i));
            }
            assertEquals(hash, FileHash.sha256(weights));
        }
    }

    @Test
    void aMovedRunGoesOnWithItsFilesElsewhere() throws IOException {
        Path data = Files.copy(TinyCheckpoint.DATA, temp.resolve("data.csv"));
        Path model = TinyCheckpoint.copyTo(temp.resolve("model"));
        SingleLabel task =
                SingleLabel.of(LabelledData.of(data, "text", "topic")).withMaxLength(32);
        Run.Builder<ClassificationMetrics> settings = Run.builder(model, task, temp.resolve("there"))
                .training(Runs::small)
                .backend("cpu");
        settings.start(Runs.stopAfter(8));
        Path run = Files.move(temp.resolve("there"), temp.resolve("here"));
        Path movedData = Files.move(data, temp.resolve("moved.csv"));
        Path movedModel = Files.move(model, temp.resolve("moved"));
        String missing = refusal(Resumption.of(run));
        assertTrue(missing.contains("data.csv: no such file, expected the data that the run began with"), missing);
        Path other = Files.writeString(temp.resolve("other.csv"), "topic,text\na,b\n");
        String changed = refusal(Resumption.of(run).data(List.of(other)));
        assertTrue(
                changed.contains(
                        "found SHA-256 " + FileHash.sha256(other) + ", expected " + FileHash.sha256(movedData)),
                changed);
        Path wrong = TinyCheckpoint.copyTo(temp.resolve("wrong"));
        Files.writeString(wrong.resolve("config.json"), Files.readString(wrong.resolve("config.json")) + "\n");
        String otherModel = refusal(Resumption.of(run).data(List.of(movedData)).model(wrong));
        assertTrue(otherModel.contains("config.json: has changed since the run began: found SHA-256 "), otherModel);
        assertTrue(Resumption.of(run)
                .data(List.of(movedData))
                .model(movedModel)
                .start(RunListener.NONE)
                .finished());
        for (String file : List.of("best/model.safetensors", "metrics.csv")) {
            assertArrayEquals(Runs.bytes(whole, file), Runs.bytes(run, file), file);
        }
        assertEquals(movedModel, Run.settingsOf(run).model());
    }

    /** Relative paths of the file start from the folder that the run began in, wherever it goes on. */
    @Test
    void pathsAreThoseOfTheFolderThatTheRunBeganIn() throws IOException {
        Path run = copy();
        Path file = run.resolve("run.json");
        String here = "\"directory\": \"" + Path.of("").toAbsolutePath() + "\"";
        String text = Files.readString(file);
        assertTrue(text.contains(here), text);
        Files.writeString(file, text.replace(here, "\"directory\": \"" + temp + "\""));
        String message = refusal(Resumption.of(run));
        assertTrue(message.startsWith(temp.resolve(TinyCheckpoint.DATA) + ": no such file"), message);
    }

    @Test
    void aScheduleFileIsNeededOnce() throws IOException {
        Path schedule = Files.writeString(temp.resolve("schedule.txt"), "1: head\n2: all\n");
        Run.Builder<ClassificationMetrics> settings = Runs.small(temp.resolve("run"))
                .backend("cpu")
                .freezing(new Freezing(Freezing.NONE.trainable(), Optional.of(schedule.toString())));
        Path folder = settings.start(Runs.stopAfter(4)).folder();
        Files.delete(schedule);
        assertTrue(Run.resume(folder, RunListener.NONE).finished());
        assertEquals("1: head\n2: all", RunFile.describe(folder).settings().get("schedule text"));
    }

    @Test
    void anImpossibleNumberOfStepsIsRefused() throws IOException {
        Path run = copy();
        Path impossible = Files.createDirectory(run.resolve("checkpoint-99999999999"));
        Files.writeString(impossible.resolve("trainer_state.json"), "{}");
        String message = assertThrows(InputException.class, () -> Run.resume(run, RunListener.NONE))
                .getMessage();
        assertTrue(message.contains("found a checkpoint of 99999999999 steps"), message);
        String none = assertThrows(InputException.class, () -> Resumption.of(run.resolve("checkpoint-7")))
                .getMessage();
        assertTrue(none.contains("checkpoint-7: no such folder"), none);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "trainer_state.json | \"global_step\": 12 | \"global_step\": -1 | global_step: found -1",
                "trainer_state.json | \"loss_sum\": 0.0 | \"loss_sum\": \"x\" | loss_sum: found \"x\", expected a finite",
                "trainer_state.json | \"loss_sum\": 0.0 | \"loss_sum\": null | loss_sum: found null",
                "trainer_state.json | \"loss_weight\": 0.0 | \"loss_weight\": -1 | loss_weight: found -1",
                "trainer_state.json | \"step\": 6 | \"step\": 13 | log_history: found step 13",
                "trainer_state.json | \"epoch\": 2 | \"epoch\": 9 | found 12 steps and 9 epochs done",
                "trainer_state.json | \"epoch\": 2 | \"epoch\": 0 | epoch: found 0, expected a whole number from 1",
                "trainer_state.json | \"max_steps\": 12 | \"max_steps\": 0 | max_steps: found 0",
                "trainer_state.json | \"embeddings.norm.weight\": 12 | \"embeddings.norm\": 12 | exp_avg",
                "trainer_state.json | \"embeddings.norm.weight\": 12 | \"embeddings.norm.weight\": -2 | found -2",
            })
    void aStateThatCannotBeIsRefused(String name, String right, String wrong, String why) throws IOException {
        Path run = copy();
        Path checkpoint = run.resolve("checkpoint-12");
        Files.delete(checkpoint.resolve("SHA256SUMS"));
        Path file = checkpoint.resolve(name);
        String text = Files.readString(file);
        assertTrue(text.contains(right), text);
        Files.writeString(file, text.replaceFirst(right.replaceAll("[.]", "[.]"), wrong));
        String message = refusal(Resumption.of(run));
        assertTrue(message.contains(why), message);
        assertFalse(message.contains("\n"), message);
    }

    @Test
    void anIntervalCountsStepsOrMinutes() {
        assertEquals("500", Interval.parse("500").toString());
        assertEquals("30min", Interval.parse("30min").toString());
        Saving saving = Saving.EPOCH.withEvery(Interval.parse("30min"));
        assertFalse(saving.isDue(6, 6, Duration.ofMinutes(29)));
        assertTrue(saving.isDue(7, 6, Duration.ofMinutes(30)));
        assertTrue(Saving.steps(4).isDue(8, 6, Duration.ZERO));
        assertTrue(Saving.EPOCH.isDue(6, 6, Duration.ZERO));
        for (String wrong : List.of("", "0", "0min", "-1", "5h", "500 steps", "99999999999")) {
            assertThrows(InputException.class, () -> Interval.parse(wrong), wrong);
        }
    }
}
