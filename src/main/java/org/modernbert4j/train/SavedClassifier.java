package org.modernbert4j.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.modernbert4j.InputException;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.ParameterId;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A classifier that a run saved.
 *
 * @param folder of its files
 * @param settings of its head
 * @param architecture with labels in its configuration
 * @param weights of all its parameters
 */
record SavedClassifier(
        Path folder, HeadSettings settings, Architecture architecture, Map<ParameterId, INDArray> weights) {
    /**
     * Reads one.
     *
     * @param folder a run's folder, of which the best epoch is taken, or one of the checkpoints in it
     * @throws InputException if it is none, or a file in it cannot be used
     */
    static SavedClassifier read(Path folder) {
        Path source = FineTuning.modelFolder(folder);
        try (Checkpoint checkpoint = Checkpoint.open(source)) {
            HeadSettings settings = HeadSettings.read(source);
            List<String> labels = checkpoint.config().id2label();
            if (labels.isEmpty()) {
                throw new InputException(source + "/config.json: found no id2label; use a folder that train saved");
            }
            Architecture architecture = Architecture.of(checkpoint.config(), settings.head(labels.size()));
            Checkpoint.Loaded loaded = checkpoint.load(architecture, 0);
            if (!loaded.report().missing().isEmpty()) {
                throw new InputException(
                        source + ": the weights lack " + loaded.report().missing() + " of the head " + settings.head()
                                + "; use a folder that train saved");
            }
            return new SavedClassifier(source, settings, architecture, loaded.weights());
        }
    }

    /** The labels, in the order of their ids. */
    List<String> labels() {
        return architecture.config().id2label();
    }
}
