package experiments;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.modernbert4j.InputException;
import org.modernbert4j.Numbers;
import org.modernbert4j.OutputFile;
import org.modernbert4j.Reason;
import org.modernbert4j.hub.HubName;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonFile;
import org.modernbert4j.json.JsonValue;
import org.modernbert4j.metric.ClassificationMetrics;
import org.modernbert4j.run.Environment;
import org.modernbert4j.run.Run;
import org.modernbert4j.run.RunFile;
import org.modernbert4j.run.Trained;
import org.modernbert4j.task.Measurement;
import org.modernbert4j.task.Measurement.Outcome;

/**
 * What a finished run gave: {@code result.json} in its folder, {@code NAME-SEED.json} in a folder of results.
 *
 * @param experiment its name
 * @param seed of the training
 * @param setting what else the run had
 * @param bestEpoch epoch with the best validation F1, from 1
 * @param epochs one for each epoch
 * @param peakMebibytes most memory that the process took; empty where the system does not tell
 * @param environment what it ran on
 */
record RunResult(
        String experiment,
        long seed,
        Setting setting,
        int bestEpoch,
        List<Epoch> epochs,
        OptionalLong peakMebibytes,
        Map<String, String> environment) {
    private static final String FILE = "result.json";
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    /**
     * What a run had, but for its seed.
     *
     * @param model name of the checkpoint's folder, or its published one
     * @param data name of the file
     * @param trainTexts texts that were learnt from
     * @param validationTexts texts that were measured on
     * @param learningRate step length
     */
    record Setting(String model, String data, long trainTexts, long validationTexts, double learningRate) {
        private static Setting read(JsonFields fields) {
            return new Setting(
                    fields.text("model"),
                    fields.text("data"),
                    fields.longInteger("trainTexts"),
                    fields.longInteger("validationTexts"),
                    fields.number("learningRate"));
        }

        private void addTo(JsonObject fields) {
            fields.addProperty("model", model);
            fields.addProperty("data", data);
            fields.addProperty("trainTexts", trainTexts);
            fields.addProperty("validationTexts", validationTexts);
            fields.addProperty("learningRate", learningRate);
        }

        @Override
        public String toString() {
            return "%s, %s, %s + %s texts, learning rate %s"
                    .formatted(model, data, Numbers.count(trainTexts), Numbers.count(validationTexts), learningRate);
        }
    }

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
        private static Epoch of(Measurement<ClassificationMetrics> measurement) {
            Outcome<ClassificationMetrics> validation = measurement.requireValidation();
            ClassificationMetrics metrics = validation.requireMetrics();
            return new Epoch(
                    measurement.trainable(),
                    measurement.training().loss(),
                    validation.loss(),
                    metrics.accuracy(),
                    metrics.weighted().f1(),
                    measurement.training().seconds());
        }

        private static Epoch read(JsonFields fields) {
            return new Epoch(
                    fields.longInteger("trainable"),
                    fields.number("trainLoss"),
                    fields.number("validationLoss"),
                    fields.number("accuracy"),
                    fields.number("f1"),
                    fields.number("trainSeconds"));
        }

        private JsonObject toJson() {
            JsonObject fields = new JsonObject();
            fields.addProperty("trainable", trainable);
            fields.addProperty("trainLoss", trainLoss);
            fields.addProperty("validationLoss", validationLoss);
            fields.addProperty("accuracy", accuracy);
            fields.addProperty("f1", f1);
            fields.addProperty("trainSeconds", trainSeconds);
            return fields;
        }
    }

    /** The result of a run that was measured after each epoch. */
    static RunResult of(String experiment, Run<ClassificationMetrics> run, Trained<?> trained) {
        Measurement<ClassificationMetrics> best = typed(trained.requireBest());
        Setting setting = new Setting(
                modelName(run.model()),
                name(run.task().files().get(0)),
                best.training().requireMetrics().confusion().total(),
                best.requireValidation().requireMetrics().confusion().total(),
                run.training().update().rates().encoder());
        Long peak = Environment.peakMebibytes();
        return new RunResult(
                experiment,
                run.training().seed(),
                setting,
                best.epoch(),
                trained.measurements().stream()
                        .map(measurement -> Epoch.of(typed(measurement)))
                        .toList(),
                peak == null ? OptionalLong.empty() : OptionalLong.of(peak),
                RunFile.describe(run.output()).environment());
    }

    private static Measurement<ClassificationMetrics> typed(Measurement<?> measurement) {
        return measurement.of(ClassificationMetrics.class).orElseThrow();
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
        JsonFields fields = JsonFile.read(file, "delete it and run again");
        return new RunResult(
                fields.text("experiment"),
                fields.longInteger("seed"),
                Setting.read(fields),
                fields.integer("bestEpoch"),
                fields.list("epochs", epoch -> Epoch.read(epoch.fields())),
                fields.find("peakMebibytes")
                        .map(peak -> OptionalLong.of(peak.longInteger()))
                        .orElse(OptionalLong.empty()),
                fields.map("environment", JsonValue::text));
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
        } catch (IOException e) {
            throw new InputException(
                    file.getParent() + ": cannot be made (" + Reason.of(e) + "); use another folder", e);
        }
        OutputFile.write(file, GSON.toJson(toJson()) + "\n", "use another folder");
    }

    private JsonObject toJson() {
        JsonObject fields = new JsonObject();
        fields.addProperty("experiment", experiment);
        fields.addProperty("seed", seed);
        setting.addTo(fields);
        fields.addProperty("bestEpoch", bestEpoch);
        JsonArray each = new JsonArray();
        epochs.forEach(epoch -> each.add(epoch.toJson()));
        fields.add("epochs", each);
        peakMebibytes.ifPresent(peak -> fields.addProperty("peakMebibytes", peak));
        JsonObject machine = new JsonObject();
        environment.forEach(machine::addProperty);
        fields.add("environment", machine);
        return fields;
    }
}
