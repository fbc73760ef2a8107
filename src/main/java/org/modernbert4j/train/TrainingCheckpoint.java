package org.modernbert4j.train;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.modernbert4j.InputException;
import org.modernbert4j.data.Labels;
import org.modernbert4j.model.Network;
import org.modernbert4j.model.ParameterId;
import org.modernbert4j.report.ClassificationMetrics;
import org.modernbert4j.report.ConfusionMatrix;
import org.modernbert4j.report.EpochResult;
import org.modernbert4j.safetensors.SafetensorsFile;
import org.modernbert4j.safetensors.SafetensorsWriter;
import org.modernbert4j.safetensors.TensorSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a run needs besides its weights to go on to the same bits: the optimizer's moments in {@code optimizer.safetensors} and
 * everything else in {@code trainer_state.json}. Batches and dropout follow from the seed and the step, so there is no random
 * state to keep.
 */
final class TrainingCheckpoint {
    private static final String OPTIMIZER = "optimizer.safetensors";
    private static final String STATE = "trainer_state.json";
    private static final String MEAN = "exp_avg.";
    private static final String MEAN_SQUARE = "exp_avg_sq.";
    private static final Gson GSON = new GsonBuilder()
            .serializeSpecialFloatingPointValues()
            .setPrettyPrinting()
            .create();

    /** The fields of trainer_state.json; those that the transformers library has too have its names. */
    private record Stored(
            int epoch,
            int batch,
            int global_step,
            double loss_sum,
            double seconds,
            List<Integer> predicted,
            List<Integer> truth,
            Map<String, Integer> optimizer_steps,
            Double best_metric,
            List<StoredEpoch> log_history) {}

    private record StoredEpoch(
            int epoch,
            int step,
            long trainable,
            double loss,
            long[][] confusion,
            double eval_loss,
            long[][] eval_confusion,
            double eval_f1,
            double train_runtime,
            double eval_runtime) {}

    private TrainingCheckpoint() {}

    /** Writes both files into a folder. */
    static void write(Path folder, AdamW optimizer, TrainingState state) {
        List<TensorSource> moments = new ArrayList<>();
        Map<String, Integer> steps = new LinkedHashMap<>();
        optimizer.states().forEach((id, moment) -> {
            moments.add(tensor(MEAN + id.name(), moment.mean()));
            moments.add(tensor(MEAN_SQUARE + id.name(), moment.meanSquare()));
            steps.put(id.name(), moment.steps());
        });
        SafetensorsWriter.write(folder.resolve(OPTIMIZER), Map.of(), moments);
        Double best = state.bestEpoch() == 0
                ? null
                : state.results
                        .get(state.bestEpoch() - 1)
                        .validation()
                        .weighted()
                        .f1();
        Stored stored = new Stored(
                state.epoch,
                state.batch,
                state.step,
                state.lossSum,
                state.seconds,
                state.predicted,
                state.truth,
                steps,
                best,
                state.results.stream().map(TrainingCheckpoint::stored).toList());
        try {
            Files.writeString(folder.resolve(STATE), GSON.toJson(stored));
        } catch (IOException e) {
            throw new InputException(folder.resolve(STATE) + ": cannot be written (" + e.getMessage() + ")", e);
        }
    }

    private static TensorSource tensor(String name, INDArray array) {
        List<Long> shape = Arrays.stream(array.shape()).boxed().toList();
        return TensorSource.floats(name, shape, () -> array.data().asNioFloat());
    }

    private static StoredEpoch stored(EpochResult result) {
        return new StoredEpoch(
                result.epoch(),
                result.step(),
                result.trainable(),
                result.trainLoss(),
                result.train().confusion().toArray(),
                result.validationLoss(),
                result.validation().confusion().toArray(),
                result.validation().weighted().f1(),
                result.trainSeconds(),
                result.validationSeconds());
    }

    /**
     * Puts a trainer where the folder says it was; the network's weights are read elsewhere.
     *
     * @throws InputException if a file is missing or is not of this network
     */
    static void read(Path folder, Network network, Labels labels, Trainer trainer) {
        Stored stored = stored(folder);
        TrainingState state = trainer.state();
        state.epoch = stored.epoch;
        state.batch = stored.batch;
        state.step = stored.global_step;
        state.lossSum = stored.loss_sum;
        state.seconds = stored.seconds;
        state.predicted.addAll(stored.predicted);
        state.truth.addAll(stored.truth);
        stored.log_history.forEach(epoch -> state.results.add(result(epoch, labels.names())));
        try (SafetensorsFile moments = SafetensorsFile.open(folder.resolve(OPTIMIZER))) {
            for (ParameterId id : network.weights().keySet()) {
                Integer steps = stored.optimizer_steps.get(id.name());
                if (steps != null) {
                    long[] shape = network.architecture().shapes().get(id);
                    trainer.optimizer()
                            .restore(
                                    id,
                                    new AdamW.State(
                                            read(moments, MEAN + id.name(), shape),
                                            read(moments, MEAN_SQUARE + id.name(), shape),
                                            steps));
                }
            }
        }
    }

    /**
     * The results of the epochs that had ended.
     *
     * @param labels in the order of their ids
     * @throws InputException if the file that has them is missing or broken
     */
    static List<EpochResult> results(Path folder, List<String> labels) {
        return stored(folder).log_history.stream()
                .map(epoch -> result(epoch, labels))
                .toList();
    }

    private static Stored stored(Path folder) {
        Path file = folder.resolve(STATE);
        try {
            return GSON.fromJson(Files.readString(file), Stored.class);
        } catch (IOException | JsonParseException e) {
            throw new InputException(file + ": cannot be read (" + e.getMessage() + "); use another folder", e);
        }
    }

    private static INDArray read(SafetensorsFile file, String name, long[] shape) {
        INDArray array = Nd4j.createUninitialized(DataType.FLOAT, shape);
        file.readFloats(name, array.data().asNioFloat());
        return array;
    }

    private static EpochResult result(StoredEpoch epoch, List<String> labels) {
        return new EpochResult(
                epoch.epoch,
                epoch.step,
                epoch.trainable,
                epoch.loss,
                ClassificationMetrics.of(ConfusionMatrix.of(epoch.confusion), labels),
                epoch.eval_loss,
                ClassificationMetrics.of(ConfusionMatrix.of(epoch.eval_confusion), labels),
                epoch.train_runtime,
                epoch.eval_runtime);
    }
}
