package org.modernbert4j.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.data.Example;
import org.modernbert4j.data.LabelledData;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.optim.OnNan;
import org.modernbert4j.safetensors.BrokenNumbers;
import org.modernbert4j.task.SingleLabel;
import org.modernbert4j.tokenizer.HuggingFaceTokenizerFactory;

/** Weights that give NaN for one training text: for a token that no other text has. */
class OnNanTest {
    private static final int EPOCHS = 2;
    private static final int STEPS_AN_EPOCH = 6;
    private static final int WIDTH = 16;
    private static final String RARE = "\u2603";

    @TempDir
    private Path temp;

    private Path model;
    private Path data;
    private int row;

    @BeforeEach
    void poisonOneTrainingText() throws IOException {
        row = Runs.task().select().train().examples().stream()
                .mapToInt(Example::row)
                .min()
                .orElseThrow();
        data = temp.resolve("data.csv");
        poison(row, row + 1);
        model = TinyCheckpoint.copyTo(temp.resolve("model"));
        float[] tooLarge = new float[WIDTH];
        Arrays.fill(tooLarge, 3e38f);
        try (HuggingFaceTokenizerFactory tokenizer = HuggingFaceTokenizerFactory.open(model)) {
            int[] ids = tokenizer.encode(RARE, 16);
            int last = ids[ids.length - 2];
            BrokenNumbers.put(
                    model.resolve("model.safetensors"),
                    "model.embeddings.tok_embeddings.weight",
                    last * WIDTH,
                    tooLarge);
        }
    }

    /** Puts the token at the beginning of the texts in these rows. */
    private void poison(int from, int to) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(TinyCheckpoint.DATA));
        for (int i = from + 1; i < to + 1; i++) {
            lines.set(i, lines.get(i).replaceFirst(",(\"?)", ",$1" + RARE + " "));
        }
        Files.write(data, lines);
    }

    private Run.Builder<ClassificationMetrics> run(String output, OnNan onNan) {
        SingleLabel task =
                SingleLabel.of(LabelledData.of(data, "text", "topic")).withMaxLength(32);
        return Run.builder(model, task, temp.resolve(output))
                .training(Runs::small)
                .training(training -> training.epochs(EPOCHS).onNan(onNan));
    }

    @Test
    void stopNamesTheStepTheTextAndTheParameter() {
        DivergedException error = assertThrows(
                DivergedException.class, () -> run("run", OnNan.STOP).start(RunListener.NONE));
        String message = error.getMessage();
        assertTrue(message.startsWith("epoch 1, step "), message);
        assertTrue(message.contains(", lines " + (row + 2) + ": found a loss of NaN"), message);
        assertTrue(message.contains("not finite, first of all: the gradient of embeddings."), message);
        assertTrue(message.contains("look at these texts") && message.contains("--on-nan skip"), message);
    }

    @Test
    void skipLeavesTheStepOutAndResumesToTheSameBits() {
        List<String> notes = new ArrayList<>();
        Trained<?> whole = run("whole", OnNan.SKIP).start(new RunListener() {
            @Override
            public void note(String line) {
                notes.add(line);
            }
        });
        assertTrue(whole.finished());
        assertEquals(
                EPOCHS,
                notes.stream().filter(line -> line.endsWith("; skipped")).count(),
                notes.toString());
        List<String> metrics = Runs.text(whole.folder(), "metrics.csv").lines().toList();
        assertTrue(metrics.get(0).endsWith(",skipped_steps"), metrics.get(0));
        assertTrue(metrics.get(1).endsWith(",1") && metrics.get(2).endsWith(",2"), metrics.toString());
        String report = Runs.text(whole.folder(), "report.html");
        assertTrue(report.contains("2 of 12 steps were skipped"), report);

        for (int steps : new int[] {1, 4, STEPS_AN_EPOCH + 3}) {
            Trained<?> stopped = run("run" + steps, OnNan.SKIP).start(Runs.stopAfter(steps));
            Trained<?> resumed = Run.resume(stopped.folder(), RunListener.NONE);
            for (String file : Runs.RESULTS) {
                assertArrayEquals(Runs.bytes(whole.folder(), file), Runs.bytes(resumed.folder(), file), file);
            }
        }
    }

    @Test
    void skippingEveryStepIsNoTraining() throws IOException {
        poison(0, 120);
        DivergedException error = assertThrows(
                DivergedException.class, () -> run("run", OnNan.SKIP).start(RunListener.NONE));
        assertTrue(error.getMessage().contains("all steps were skipped"), error.getMessage());
        assertTrue(error.getMessage().endsWith("; look at these texts and at the weights"), error.getMessage());
    }
}
