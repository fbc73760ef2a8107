package org.modernbert4j.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.modernbert4j.InputException;
import org.modernbert4j.checkpoint.AtomicFolder;
import org.modernbert4j.checkpoint.CheckpointWriter;
import org.modernbert4j.checkpoint.WeightType;
import org.modernbert4j.hub.HubName;
import org.modernbert4j.report.EpochResult;
import org.modernbert4j.report.PublishedCard;
import org.modernbert4j.report.PublishedCard.Training;
import org.modernbert4j.report.TorchUse;

/** Writes a trained classifier as a folder to publish. */
public final class Export {
    private static final String CARD = "README.md";
    private static final List<String> PATHS = List.of("model", "data", "schedule");

    private Export() {}

    /**
     * Writes {@code config.json}, {@code model.safetensors}, the tokenizer's files, a model card {@code README.md}, and {@code
     * head.json}, which {@link TextClassifier} reads. The card tells of the training where the run is still there.
     *
     * @param model a run's folder, of which the best epoch is taken, or one of the checkpoints in it
     * @param output folder that is not there yet; it appears whole or not at all
     * @param type that the weights are stored in, rounded to nearest
     * @return what a user should know, a line each: what transformers cannot load of it, that the run is not there any more
     * @throws InputException if the model cannot be used, the output is there already, or a weight is too large for the type
     */
    public static List<String> write(Path model, Path output, WeightType type) {
        if (Files.exists(output)) {
            throw new InputException(output + ": is there already; use another folder");
        }
        SavedClassifier saved = SavedClassifier.read(model);
        TorchUse use = new TorchUse(
                saved.architecture().head().name(), saved.settings().maxLength());
        String title = output.toAbsolutePath().normalize().getFileName().toString();
        Optional<Training> training = training(saved);
        String card = PublishedCard.of(title, use, type.toString(), saved.labels(), training);
        AtomicFolder.write(output, folder -> {
            CheckpointWriter.write(
                    folder, saved.architecture(), saved.architecture().config(), saved.weights(), type);
            CheckpointWriter.copyTokenizer(saved.folder(), folder);
            saved.settings().write(folder);
            writeCard(folder.resolve(CARD), card);
        });
        return notes(output, use, training);
    }

    private static List<String> notes(Path output, TorchUse use, Optional<Training> training) {
        List<String> notes = new ArrayList<>();
        use.limits()
                .ifPresent(limits -> notes.add(
                        limits + ", as " + output.resolve(CARD) + " shows; train with --head published for one that"
                                + " AutoModelForSequenceClassification loads"));
        if (training.isEmpty()) {
            notes.add(output.resolve(CARD) + ": tells nothing of the training, as this is not the best epoch of a run");
        }
        return notes;
    }

    /** What the run says of itself whose best epoch this is. */
    private static Optional<Training> training(SavedClassifier saved) {
        Path folder = saved.folder().toAbsolutePath().normalize();
        if (!folder.endsWith(FineTuning.BEST) || !FineTuning.holdsRun(folder.getParent())) {
            return Optional.empty();
        }
        Path run = folder.getParent();
        List<EpochResult> results = TrainingCheckpoint.results(RunFolder.lastCheckpoint(run), saved.labels());
        return Optional.of(new Training(
                withoutPaths(RunFile.describe(run)),
                RunFile.environment(run),
                results,
                TrainingState.bestEpoch(results)));
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

    private static void writeCard(Path file, String card) {
        try {
            Files.writeString(file, card);
        } catch (IOException e) {
            throw new InputException(file + ": cannot be written (" + e + "); make room", e);
        }
    }
}
