package org.modernbert4j.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.modernbert4j.TinyCheckpoint;
import org.modernbert4j.data.LabelledData;
import org.modernbert4j.report.EpochResult;

/** Small runs, and what they leave. */
final class Runs {
    /** What a run leaves that depends on nothing but its settings. */
    static final List<String> RESULTS = List.of("best/model.safetensors", "metrics.csv", "predictions.csv");

    /** Saves nothing. */
    static final Trainer.Saver NOWHERE = new Trainer.Saver() {
        @Override
        public void checkpoint(AdamW optimizer, TrainingState state) {}

        @Override
        public void best(EpochResult result, Evaluation validation) {}
    };

    private Runs() {}

    /** 96 texts to train on: 6 steps an epoch. */
    static FineTuning small(Path output) {
        return FineTuning.of(TinyCheckpoint.MODEL, LabelledData.of(TinyCheckpoint.DATA, "text", "topic"), output)
                .withMaxLength(32)
                .withTraining(options(2, 42));
    }

    static TrainingOptions options(int epochs, long seed) {
        return options(epochs, 3e-3, OptionalDouble.of(1), OptionalInt.empty(), seed);
    }

    static TrainingOptions options(
            int epochs, double learningRate, OptionalDouble maxGradientNorm, OptionalInt patience, long seed) {
        return new TrainingOptions(
                epochs,
                16,
                1,
                ParameterRates.uniform(learningRate, 0.1),
                LearningRateSchedule.CONSTANT,
                maxGradientNorm,
                patience,
                seed);
    }

    static byte[] bytes(Path run, String file) {
        try {
            return Files.readAllBytes(run.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
