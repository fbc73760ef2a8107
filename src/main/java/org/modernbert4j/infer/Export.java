package org.modernbert4j.infer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.modernbert4j.InputException;
import org.modernbert4j.OutputFile;
import org.modernbert4j.OutputFolder;
import org.modernbert4j.backend.Array;
import org.modernbert4j.backend.Backend;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.checkpoint.AtomicFolder;
import org.modernbert4j.checkpoint.Checkpoint;
import org.modernbert4j.checkpoint.CheckpointWriter;
import org.modernbert4j.checkpoint.Checksums;
import org.modernbert4j.checkpoint.OwnFiles;
import org.modernbert4j.checkpoint.WeightType;
import org.modernbert4j.hub.HubName;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.model.Architecture;
import org.modernbert4j.model.Head;
import org.modernbert4j.model.Parameter;
import org.modernbert4j.report.PublishedCard;
import org.modernbert4j.report.PublishedCard.Training;
import org.modernbert4j.run.RunFile;
import org.modernbert4j.run.RunFolder;
import org.modernbert4j.run.StateFile;
import org.modernbert4j.task.ClassificationFormat;
import org.modernbert4j.task.Measurement;
import org.modernbert4j.task.MetricsFormat;

/** Writes a trained classifier as a folder to publish. */
public final class Export {
    private static final List<String> PATHS = List.of("model", "data", "schedule");

    private Export() {}

    /**
     * Writes {@code config.json}, {@code model.safetensors}, the tokenizer's files, {@code head.json}, which {@link TextClassifier}
     * reads, their {@code SHA256SUMS}, and a model card {@code README.md}. The card describes the training where the run's folder still exists.
     *
     * @param model a run's folder, for its best epoch, or one of the checkpoints in it
     * @param output folder, which must not exist; it appears whole or not at all
     * @param type that the weights are stored in, rounded to nearest
     * @return remarks of one line: what transformers cannot load of it, that the card lacks the training
     * @throws InputException if the model cannot be used, the output exists already, or a weight is too large for the type
     */
    public static List<String> write(Path model, Path output, WeightType type) {
        AtomicFolder.requireAbsent(output);
        OutputFolder.requireApart(output, List.of(model));
        try (SavedClassifier saved = SavedClassifier.open(model)) {
            Optional<Training> training = training(saved);
            String card = PublishedCard.of(
                    output.toAbsolutePath().normalize().getFileName().toString(),
                    saved.architecture().requireHead(),
                    saved.settings().maxLength(),
                    type.toString(),
                    saved.labels(),
                    training);
            List<String> notes = new ArrayList<>();
            AtomicFolder.create(
                    output,
                    CheckpointWriter.bytes(saved.folder(), saved.architecture(), type),
                    folder -> {
                        writeModel(saved.checkpoint(), saved.architecture(), folder, type);
                        saved.settings().write(folder);
                        Checksums.write(folder); // without the card, which is there for people to edit
                        OutputFile.write(folder.resolve(OwnFiles.CARD), card, "make room");
                    },
                    notes::add);
            addNotes(notes, output, saved.architecture().requireHead(), training);
            return notes;
        }
    }

    /** Writes configuration, weights and tokenizer of a checkpoint, of them the part that an architecture has. */
    static void writeModel(Checkpoint checkpoint, Architecture architecture, Path folder, WeightType type) {
        try (Backend backend = Backends.ofProcess()) {
            Map<Parameter, Array> weights =
                    checkpoint.load(architecture, backend, 0).weights();
            try {
                CheckpointWriter.write(folder, architecture, weights, backend, type);
            } finally {
                weights.values().forEach(Array::close);
            }
        }
        CheckpointWriter.copyTokenizer(checkpoint.folder(), folder);
    }

    private static void addNotes(List<String> notes, Path output, Head head, Optional<Training> training) {
        PublishedCard.limits(head)
                .ifPresent(limits -> notes.add(limits + ", as " + output.resolve(OwnFiles.CARD)
                        + " shows; train with --head published for one that"
                        + " AutoModelForSequenceClassification loads"));
        if (training.isEmpty()) {
            notes.add(cardWithoutTraining(output));
        }
    }

    static String cardWithoutTraining(Path output) {
        return output.resolve(OwnFiles.CARD)
                + ": tells nothing of the training, as this is not the best epoch of a run";
    }

    /** What the run says of itself whose best epoch this is. */
    private static Optional<Training> training(SavedClassifier saved) {
        return RunFolder.ofModel(saved.folder()).flatMap(run -> training(run, saved.labels()));
    }

    private static Optional<Training> training(Path run, List<String> labels) {
        MetricsFormat<ClassificationMetrics> format = new ClassificationFormat(labels);
        List<Measurement<ClassificationMetrics>> measurements = StateFile.measurements(run, format).stream()
                .filter(measurement -> measurement.validation().isPresent())
                .toList();
        return format.best(measurements).map(best -> new Training(described(run), measurements, best));
    }

    /** What a run says of itself, as it may be published. */
    static RunFile.Description described(Path run) {
        RunFile.Description described = RunFile.describe(run);
        return new RunFile.Description(described.task(), withoutPaths(described.settings()), described.environment());
    }

    /** What is published tells files' names, not where they lie on this machine. */
    private static Map<String, String> withoutPaths(Map<String, String> settings) {
        Map<String, String> published = new LinkedHashMap<>(settings);
        published.remove("output");
        for (String name : PATHS) {
            published.computeIfPresent(name, (key, path) -> withoutPath(path));
        }
        return published;
    }

    private static String withoutPath(String path) {
        boolean isOnTheHub = HubName.ofDescription(path).isPresent();
        return isOnTheHub ? path : Path.of(path).getFileName().toString();
    }
}
