package experiments;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.modernbert4j.InputException;
import org.modernbert4j.hub.HubName;
import org.modernbert4j.report.EpochResult;
import org.modernbert4j.train.Environment;
import org.modernbert4j.train.FineTuned;
import org.modernbert4j.train.FineTuning;
import org.modernbert4j.train.PeakMemory;

/**
 * What a finished run gave: {@code result.json} in its folder, {@code NAME-SEED.json} in a folder of results.
 *
 * @param experiment its name
 * @param seed of the training
 * @param model name of the checkpoint's folder, or its published one
 * @param data name of the file
 * @param trainTexts texts that were learnt from
 * @param validationTexts texts that were measured on
 * @param learningRate step length
 * @param bestEpoch epoch with the best validation F1, from 1
 * @param epochs one for each epoch
 * @param peakMebibytes most memory that the process took; null where the system does not tell
 * @param environment what it ran on
 */
record RunResult(
        String experiment,
        long seed,
        String model,
        String data,
        long trainTexts,
        long validationTexts,
        double learningRate,
        int bestEpoch,
        List<Epoch> epochs,
        Long peakMebibytes,
        Map<String, String> environment) {
    private static final String FILE = "result.json";
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    /**
     * What one epoch gave.
     *
     * @param trainable scalars that trained
     * @param trainLoss mean over the training texts
     * @param validationLoss mean over the validation texts
     * @param accuracy on the validation texts
     * @param f1 on the validation texts, weighted by support
     * @param trainSeconds time of the steps
     */
    record Epoch(
            long trainable, double trainLoss, double validationLoss, double accuracy, double f1, double trainSeconds) {
        private static Epoch of(EpochResult result) {
            return new Epoch(
                    result.trainable(),
                    result.trainLoss(),
                    result.validationLoss(),
                    result.validation().accuracy(),
                    result.validation().weighted().f1(),
                    result.trainSeconds());
        }
    }

    static RunResult of(String experiment, FineTuning settings, FineTuned trained) {
        EpochResult best = trained.best();
        return new RunResult(
                experiment,
                settings.training().seed(),
                modelName(settings.model()),
                name(settings.data().file()),
                best.train().confusion().total(),
                best.validation().confusion().total(),
                settings.training().rates().encoder(),
                trained.bestEpoch(),
                trained.epochs().stream().map(Epoch::of).toList(),
                PeakMemory.mebibytes(),
                Environment.describe());
    }

    /** That of the Hub, for what was downloaded from there. */
    private static String modelName(Path folder) {
        return HubName.ofFolder(folder).map(HubName::repository).orElseGet(() -> name(folder));
    }

    private static String name(Path file) {
        return file.toAbsolutePath().normalize().getFileName().toString();
    }

    /** The best epoch. */
    Epoch best() {
        return epochs.get(bestEpoch - 1);
    }

    /** Time of all steps. */
    double trainSeconds() {
        return epochs.stream().mapToDouble(Epoch::trainSeconds).sum();
    }

    /** Whether a run's folder has a result: the run is finished then. */
    static boolean isIn(Path run) {
        return Files.exists(run.resolve(FILE));
    }

    /** Reads the result of a run's folder. */
    static RunResult ofRun(Path run) {
        return read(run.resolve(FILE));
    }

    /**
     * Reads a result.
     *
     * @throws InputException if it is missing or broken
     */
    static RunResult read(Path file) {
        try {
            RunResult result = GSON.fromJson(Files.readString(file), RunResult.class);
            if (result == null || result.experiment == null || result.epochs == null) {
                throw new JsonParseException("no result of an experiment");
            }
            return result;
        } catch (IOException | JsonParseException e) {
            throw new InputException(file + ": cannot be read (" + e.getMessage() + "); delete it and run again", e);
        }
    }

    /** Writes the result into the run's folder. */
    void writeTo(Path run) {
        write(run.resolve(FILE));
    }

    /** Writes the result into a folder of results. */
    void addTo(Path results) {
        write(results.resolve(experiment + "-" + seed + ".json"));
    }

    private void write(Path file) {
        try {
            Files.createDirectories(file.getParent());
            Path partial = file.resolveSibling(file.getFileName() + ".partial");
            Files.writeString(partial, GSON.toJson(this) + "\n");
            Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new InputException(file + ": cannot be written (" + e + "); use another folder", e);
        }
    }
}
