package org.modernbert4j.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.modernbert4j.InputException;
import org.modernbert4j.data.Labels;
import org.modernbert4j.model.Network;
import org.modernbert4j.report.ClassificationMetrics;
import org.modernbert4j.report.ConfusionMatrix;
import org.modernbert4j.report.EpochResult;

/**
 * What a run needs besides its weights to go on to the same bits: the optimizer's moments in {@code optimizer.safetensors} and
 * everything else in {@code trainer_state.json}. Batches and dropout follow from the seed and the step, so there is no random
 * state to keep.
 */
final class TrainingCheckpoint {
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
        Map<String, Integer> steps = OptimizerFile.write(folder, optimizer);
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
        StateFile.write(folder, stored);
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
        OptimizerFile.read(folder, stored.optimizer_steps, network.architecture(), trainer.optimizer());
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
        return StateFile.read(folder, Stored.class);
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
