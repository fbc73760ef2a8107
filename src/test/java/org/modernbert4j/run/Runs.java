package org.modernbert4j.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.data.BatchOrder;
import org.modernbert4j.data.CsvFormat;
import org.modernbert4j.data.Held;
import org.modernbert4j.data.LabelType;
import org.modernbert4j.data.LabelledData;
import org.modernbert4j.data.MissingValues;
import org.modernbert4j.data.Reading;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.run.RunProgress.Phase;
import org.modernbert4j.task.Measurement;
import org.modernbert4j.task.SingleLabel;

/** Small runs, and what they leave. */
final class Runs {
    /** What a run leaves that depends on nothing but its settings. */
    static final List<String> RESULTS = List.of("best/model.safetensors", "metrics.csv", "predictions.csv");

    private Runs() {}

    /** Texts cut to 32 tokens, 96 of them to train on: 6 steps an epoch. */
    static SingleLabel task() {
        return SingleLabel.of(LabelledData.of(TinyCheckpoint.DATA, "text", "topic"))
                .withMaxLength(32);
    }

    /** The same as the first version had it: batches of like length, labels as text. */
    static SingleLabel olderTask() {
        LabelledData data = new LabelledData(
                List.of(TinyCheckpoint.DATA),
                new Reading(
                        CsvFormat.USUAL,
                        new Reading.Columns("text", "topic"),
                        LabelType.TEXT,
                        MissingValues.DROP,
                        false),
                Set.of(),
                1,
                OptionalInt.empty(),
                new Held.Share(0.2),
                Optional.empty(),
                42);
        return new SingleLabel(data, "cls", 0.3, 32, BatchOrder.LIKE_LENGTH);
    }

    /** Two epochs with clipping and decay. */
    static Run.Builder<ClassificationMetrics> small(Path output) {
        return small(output, task());
    }

    static Run.Builder<ClassificationMetrics> small(Path output, SingleLabel task) {
        return Run.builder(TinyCheckpoint.MODEL, task, output).training(Runs::small);
    }

    static void small(Training.Builder training) {
        training.epochs(2)
                .learningRate(3e-3)
                .weightDecay(0.1, Selector.parse("none"))
                .maxGradientNorm(OptionalDouble.of(1));
    }

    /** Asks to stop after some steps. */
    static RunListener stopAfter(int steps) {
        return new RunListener() {
            private int done;

            @Override
            public void progress(RunProgress progress) {
                done += progress.phase() == Phase.TRAINING ? 1 : 0;
            }

            @Override
            public boolean stopRequested() {
                return done >= steps;
            }
        };
    }

    /** Saves nothing. */
    static <M> Loop.Keeper<M> nowhere() {
        return new Loop.Keeper<>() {
            @Override
            public void checkpoint() {}

            @Override
            public void measured(Measurement<M> measurement, Optional<Map<String, String>> best) {}
        };
    }

    /** Gives a run that was stopped on the CPU the settings and the state that the first version wrote for it. */
    static void makeOlder(Path run, String kind, int step) throws IOException {
        Path older = Path.of("src", "test", "resources", "older-run", kind);
        String settings = text(older, "run.json");
        Files.writeString(
                run.resolve("run.json"), settings.replace("\"precision\"", "\"backend\": \"cpu\",\n    \"precision\""));
        Path checkpoint = run.resolve("checkpoint-" + step);
        Files.writeString(checkpoint.resolve("trainer_state.json"), text(older, "trainer_state.json"));
        Files.delete(checkpoint.resolve("SHA256SUMS"));
    }

    static byte[] bytes(Path folder, String file) {
        try {
            return Files.readAllBytes(folder.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(Path folder, String file) {
        return new String(bytes(folder, file), StandardCharsets.UTF_8);
    }

    /** All cells below the header of a table of numbers; NaN for an empty one. */
    static double[] numbers(Path table) {
        return text(table.getParent(), table.getFileName().toString())
                .lines()
                .skip(1)
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .mapToDouble(cell -> cell.isEmpty() ? Double.NaN : Double.parseDouble(cell))
                .toArray();
    }
}
