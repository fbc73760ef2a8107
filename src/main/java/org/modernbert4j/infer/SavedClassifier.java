package org.modernbert4j.infer;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.modernbert4j.InputException;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.checkpoint.HeadSettings;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.ModernBertConfig;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.model.PublishedHead;
import org.modernbert4j.run.RunFolder;

/**
 * A classifier that a run saved, or a ModernBertForSequenceClassification of transformers.
 *
 * @param folder of its files
 * @param settings of its head
 * @param architecture with labels in its configuration
 * @param checkpoint its weights, which are all there
 */
record SavedClassifier(Path folder, HeadSettings settings, Architecture architecture, Checkpoint checkpoint)
        implements AutoCloseable {
    private static final String REMEDY = "use a classifier that train or transformers saved";

    /** By these the published head is known. */
    private static final Set<String> PUBLISHED_WEIGHTS =
            Set.of("head.dense.weight", "head.norm.weight", "classifier.weight");

    /**
     * Opens one.
     *
     * @param folder a run's folder, for its best epoch, or that of a model or checkpoint
     * @throws InputException if it is none, or a file in it cannot be used
     */
    static SavedClassifier open(Path folder) {
        Path source = RunFolder.model(folder);
        Checkpoint checkpoint = Checkpoint.open(source);
        return OpenModel.make(() -> of(source, checkpoint), checkpoint::close);
    }

    private static SavedClassifier of(Path folder, Checkpoint checkpoint) {
        ModernBertConfig config = checkpoint.config();
        HeadSettings settings = HeadSettings.of(folder, config).orElseThrow(() -> noClassifier(folder, checkpoint));
        if (settings.head().equals(PublishedHead.NAME)) {
            config.requireActivation(folder);
        }
        int labels = config.classifier().labels().size();
        if (labels == 0) {
            throw new InputException(folder.resolve(ModernBertConfig.FILE) + ": found no id2label; " + REMEDY);
        }
        Architecture architecture = Architecture.of(config, settings.head(labels));
        requireRows(folder, checkpoint, architecture, labels);
        List<String> missing = architecture.ofHead().stream()
                .filter(parameter -> checkpoint.stored(parameter).isEmpty())
                .map(checkpoint::tensorName)
                .toList();
        if (!missing.isEmpty()) {
            throw new InputException(
                    folder + ": the weights lack " + missing + " of the head " + settings.head() + "; " + REMEDY);
        }
        return new SavedClassifier(folder, settings, architecture, checkpoint);
    }

    /** The last matrix of a head has a row for each label. */
    private static void requireRows(Path folder, Checkpoint checkpoint, Architecture architecture, int labels) {
        for (Parameter parameter : architecture.ofHead()) {
            long rows = checkpoint
                    .stored(parameter)
                    .map(tensor -> tensor.shape().stream().findFirst().orElse(0L))
                    .orElse((long) labels);
            if (parameter.shape().get(0) == labels && parameter.shape().size() > 1 && rows != labels) {
                throw new InputException(
                        "%s: found %d labels, expected %d, as %s has so many rows; name them all in id2label"
                                .formatted(
                                        folder.resolve(ModernBertConfig.FILE),
                                        labels,
                                        rows,
                                        checkpoint.tensorName(parameter)));
            }
        }
    }

    private static InputException noClassifier(Path folder, Checkpoint checkpoint) {
        ModernBertConfig config = checkpoint.config();
        String fineTune = "; fine-tune it first, with train --model " + folder;
        if (config.publishedClass().equals(Optional.of(Checkpoint.TOKEN_CLASSIFIER))) {
            return new InputException(folder + ": holds a " + Checkpoint.TOKEN_CLASSIFIER
                    + ", which labels the tokens of a text, expected a classifier of whole texts" + fineTune);
        }
        if (checkpoint.tensors().tensors().keySet().containsAll(PUBLISHED_WEIGHTS)) {
            return new InputException("%s: architectures: found %s, expected %s, as the weights have its head; %s"
                    .formatted(
                            folder.resolve(ModernBertConfig.FILE),
                            config.publishedClass().orElse("nothing"),
                            PublishedHead.CLASS,
                            "correct the file, or use a folder that train saved"));
        }
        return config.classifier().labels().isEmpty()
                ? new InputException(folder
                        + ": holds a pre-trained model without a classifier, expected one that train saved" + fineTune)
                : new InputException(folder.resolve(HeadSettings.FILE) + ": no such file; " + REMEDY);
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
