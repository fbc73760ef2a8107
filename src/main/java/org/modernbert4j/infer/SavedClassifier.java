package org.modernbert4j.infer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.modernbert4j.InputException;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.checkpoint.HeadSettings;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.run.RunFolder;

/**
 * A classifier that a run saved.
 *
 * @param folder of its files
 * @param settings of its head
 * @param architecture with labels in its configuration
 * @param checkpoint its weights, which are all there
 */
record SavedClassifier(Path folder, HeadSettings settings, Architecture architecture, Checkpoint checkpoint)
        implements AutoCloseable {
    /**
     * Opens one.
     *
     * @param folder a run's folder, for its best epoch, or one of the checkpoints in it
     * @throws InputException if it is none, or a file in it cannot be used
     */
    static SavedClassifier open(Path folder) {
        Path source = RunFolder.model(folder);
        Checkpoint checkpoint = Checkpoint.open(source);
        return OpenModel.make(() -> of(source, checkpoint), checkpoint::close);
    }

    private static SavedClassifier of(Path folder, Checkpoint checkpoint) {
        List<String> labels = checkpoint.config().classifier().labels();
        if (labels.isEmpty() && !Files.exists(folder.resolve(HeadSettings.FILE))) {
            throw new InputException(
                    folder + ": holds a pre-trained model without a classifier, expected one that train"
                            + " saved; fine-tune it first, with train --model " + folder);
        }
        HeadSettings settings = HeadSettings.read(folder);
        if (labels.isEmpty()) {
            throw new InputException(
                    folder.resolve(ModernBertConfig.FILE) + ": found no id2label; use a folder that train saved");
        }
        Architecture architecture = Architecture.of(checkpoint.config(), settings.head(labels.size()));
        List<String> missing = architecture.ofHead().stream()
                .filter(parameter -> checkpoint.stored(parameter).isEmpty())
                .map(checkpoint::tensorName)
                .toList();
        if (!missing.isEmpty()) {
            throw new InputException(folder + ": the weights lack " + missing + " of the head " + settings.head()
                    + "; use a folder that train saved");
        }
        return new SavedClassifier(folder, settings, architecture, checkpoint);
    }

    /** The labels, in the order of their ids. */
    List<String> labels() {
        return architecture.config().classifier().labels();
    }

    @Override
    public void close() {
        checkpoint.close();
    }
}
