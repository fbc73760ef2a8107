package org.modernbert4j.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.modernbert4j.TestBackends;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.freeze.NamedSchedule;
import org.modernbert4j.safetensors.SafetensorsFile;
import org.modernbert4j.task.MaskedTokens;

/** Runs that go on on another backend than they began on: 2 epochs of 6 steps, the second trains more. */
class OtherBackendTest {
    private static final float CLOSE = 1e-5f;

    @TempDir
    private Path temp;

    private final List<String> notes = new ArrayList<>();

    private final RunListener listener = new RunListener() {
        @Override
        public void note(String line) {
            notes.add(line);
        }
    };

    private static Run.Builder<?> labels(Path output, String backend) {
        return Runs.small(output)
                .backend(backend)
                .training(training -> training.learningRate(1e-3))
                .freezing(NamedSchedule.END_TO_START);
    }

    private static Run.Builder<?> tokens(Path output, String backend) {
        return Run.builder(
                        TinyCheckpoint.MODEL,
                        MaskedTokens.of(TinyCheckpoint.DATA).withLength(48),
                        output)
                .backend(backend)
                .training(training ->
                        training.steps(12).batchSize(8).learningRate(1e-3).every(Intervals.steps(3, 6, 12)));
    }

    private static Stream<Arguments> moves() {
        return TestBackends.names()
                .filter(name -> !name.equals("cpu") && !name.equals("nd4j-copies")) // which has the numbers of nd4j
                .flatMap(name -> Stream.of(Arguments.of("cpu", name), Arguments.of(name, "cpu")));
    }

    @ParameterizedTest(name = "from {0} to {1}", allowZeroInvocations = true)
    @MethodSource("moves")
    void fineTuningEndsAsOnOneBackend(String from, String to) {
        Path whole = labels(temp.resolve("whole"), from).start(RunListener.NONE).folder();
        Path run = labels(temp.resolve("run"), from).start(Runs.stopAfter(4)).folder();
        assertTrue(Resumption.of(run).backend(to).start(listener).finished());
        assertSame(whole, run);
        assertMoved(run, from, to, 4);
    }

    @ParameterizedTest(name = "from {0} to {1}", allowZeroInvocations = true)
    @MethodSource("moves")
    void preTrainingEndsAsOnOneBackend(String from, String to) {
        Path whole = tokens(temp.resolve("whole"), from).start(RunListener.NONE).folder();
        Path run = tokens(temp.resolve("run"), from).start(Runs.stopAfter(7)).folder();
        assertTrue(Resumption.of(run).backend(to).start(listener).finished());
        assertSame(whole, run);
        assertMoved(run, from, to, 7);
        assertTrue(
                Runs.text(run, "model/README.md").contains("on another backend at first (" + from + ", until step 7)"));
    }

    /** Weights and moments are close, and what is counted is equal. */
    private static void assertSame(Path whole, Path run) {
        for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
            try (SafetensorsFile wanted =
                            SafetensorsFile.open(whole.resolve("checkpoint-12").resolve(file));
                    SafetensorsFile found =
                            SafetensorsFile.open(run.resolve("checkpoint-12").resolve(file))) {
                assertEquals(wanted.tensors().keySet(), found.tensors().keySet());
                for (String name : wanted.tensors().keySet()) {
                    assertArrayEquals(wanted.floats(name), found.floats(name), CLOSE, file + ": " + name);
                }
            }
        }
        JsonObject wanted = state(whole);
        JsonObject found = state(run);
        for (String counted : List.of("global_step", "num_input_tokens_seen", "skipped_steps", "optimizer_steps")) {
            assertEquals(wanted.get(counted), found.get(counted), counted);
        }
        List<JsonElement> logs = found.getAsJsonArray("log_history").asList();
        assertEquals(wanted.getAsJsonArray("log_history").size(), logs.size());
        for (int i = 0; i < logs.size(); i++) {
            JsonObject before = wanted.getAsJsonArray("log_history").get(i).getAsJsonObject();
            JsonObject after = logs.get(i).getAsJsonObject();
            assertEquals(before.get("trainable"), after.get("trainable"));
            assertEquals(before.get("loss").getAsDouble(), after.get("loss").getAsDouble(), 1e-4);
        }
    }

    private static JsonObject state(Path run) {
        return JsonParser.parseString(Runs.text(run, "checkpoint-12/trainer_state.json"))
                .getAsJsonObject();
    }

    /** The files name the backend that trained last, and where that was another. */
    private void assertMoved(Path run, String from, String to, int step) {
        String line =
                "now on %s, before on %s, until step %d; the numbers agree with those of one backend to rounding, not to the bit"
                        .formatted(to, from, step);
        assertEquals(1, notes.stream().filter(line::equals).count(), notes.toString());
        assertTrue(Runs.text(run, "run.json").contains("\"backend\": \"" + to + "\""));
        JsonObject state = state(run);
        assertEquals(to, state.getAsJsonObject("trained_under").get("backend").getAsString());
        JsonObject moved = state.getAsJsonArray("moved").get(0).getAsJsonObject();
        assertEquals(step, moved.get("global_step").getAsInt());
        assertEquals(from, moved.get("backend").getAsString());
        notes.clear();
        Resumption.of(run).start(listener); // says it again, for a report that is written again
        assertEquals(1, notes.stream().filter(line::equals).count(), notes.toString());
    }

    /** No step follows, so none ran there. */
    @Test
    void aVisitToAFinishedRunChangesNothing() {
        Path run = labels(temp.resolve("run"), "cpu").start(Runs.stopAfter(4)).folder();
        Resumption.of(run).backend("nd4j").start(RunListener.NONE);
        String before = Runs.text(run, "run.json");
        assertTrue(before.contains("\"backend\": \"nd4j\""), before);
        assertFalse(before.contains("\"backend\": \"cpu\""), before); // nor does the environment say so
        Resumption.of(run).backend("cpu").start(listener);
        assertEquals(before, Runs.text(run, "run.json"));
        assertTrue(notes.stream().anyMatch(note -> note.startsWith("now on nd4j, before on cpu, until step 4; ")));
    }

    @Test
    void theReportSaysIt() {
        Path run = labels(temp.resolve("run"), "cpu").start(Runs.stopAfter(4)).folder();
        Resumption.of(run).backend("nd4j").start(listener);
        String report = Runs.text(run, "report.html");
        assertTrue(report.contains("now on nd4j, before on cpu, until step 4; "), report);
        assertTrue(report.contains("backend before"), report);
    }

    /** A checkpoint knows its backend, whatever the file of the run says. */
    @Test
    void goesBackToACheckpointOfTheFirstBackend() {
        Path run = labels(temp.resolve("run"), "cpu")
                .training(training -> training.saving(Saving.steps(6).withKeep(3)))
                .start(Runs.stopAfter(8))
                .folder();
        Resumption.of(run).backend("nd4j").start(RunListener.NONE);
        Resumption.of(run.resolve("checkpoint-6")).backend("cpu").start(listener);
        assertFalse(notes.stream().anyMatch(note -> note.startsWith("now on")), notes.toString());
        assertFalse(state(run).has("moved"));
        Path whole =
                labels(temp.resolve("whole"), "cpu").start(RunListener.NONE).folder();
        assertArrayEquals(
                Runs.bytes(whole, "checkpoint-12/model.safetensors"),
                Runs.bytes(run, "checkpoint-12/model.safetensors"));
    }

    /** It is the best here, which may be the same. */
    @Test
    void autoIsWhatItStandsFor() {
        Path run = labels(temp.resolve("run"), "cpu").start(Runs.stopAfter(4)).folder();
        Resumption.of(run).backend("auto").start(listener);
        String now = Run.settingsOf(run).backend();
        assertFalse(now.equals("auto"));
        assertEquals(!now.equals("cpu"), state(run).has("moved"));
    }
}
