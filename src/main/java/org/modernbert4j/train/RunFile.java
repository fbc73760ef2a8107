package org.modernbert4j.train;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.modernbert4j.FileHash;
import org.modernbert4j.InputException;
import org.modernbert4j.data.LabelledData;
import org.modernbert4j.data.MissingValues;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.hub.HubName;
import org.modernbert4j.ops.Precision;

/** {@code run.json}: all settings of a run, named as on the command line, the hash of its data, and where it runs. */
final class RunFile {
    /** The setting that names the model that the run began with. */
    private static final String MODEL = "model";

    /** The setting that names the data. */
    private static final String DATA = "data";

    /** The file's fields. */
    private record Stored(Settings settings, String data_sha256, Map<String, String> environment) {}

    private record Settings(
            String model,
            String data,
            String text,
            String label,
            String head,
            double dropout,
            String train,
            String schedule,
            String precision,
            int epochs,
            int batch_size,
            int accumulation,
            double learning_rate,
            double head_learning_rate,
            double layer_decay,
            double weight_decay,
            String no_decay,
            String lr_schedule,
            double warmup,
            Double lr_decay,
            Double max_grad_norm,
            Integer patience,
            long seed,
            int max_length,
            List<String> exclude_labels,
            double sample,
            Integer limit,
            double validation,
            long data_seed,
            String missing,
            String output) {}

    private RunFile() {}

    /** Writes the file. */
    static void write(FineTuning run) {
        String hash = FileHash.sha256(run.data().file());
        SettingsFile.write(run.output(), new Stored(settings(run), hash, Environment.describe()));
    }

    /**
     * Reads a run's settings.
     *
     * @throws InputException if there is no run, or its data have changed since
     */
    static FineTuning read(Path folder) {
        Stored stored = stored(folder);
        FineTuning run = fineTuning(stored.settings, folder);
        SettingsFile.requireUnchanged(run.data().file(), stored.data_sha256);
        return run;
    }

    private static Stored stored(Path folder) {
        return SettingsFile.read(folder, Stored.class, stored -> stored.settings != null, "settings");
    }

    /**
     * The settings of a run as a reader sees them, by their names, and the hash of its data. The data need not be there any more.
     *
     * @throws InputException if there is no run
     */
    static Map<String, String> describe(Path folder) {
        Stored stored = stored(folder);
        Map<String, String> lines = new LinkedHashMap<>();
        SettingsFile.byName(stored.settings).entrySet().forEach(entry -> {
            lines.put(
                    entry.getKey().replace('_', ' '),
                    entry.getValue().isJsonPrimitive()
                            ? entry.getValue().getAsString()
                            : entry.getValue().toString());
            if (entry.getKey().equals(DATA)) {
                lines.put(DATA + " sha256", stored.data_sha256);
            }
        });
        lines.put(MODEL, HubName.describe(Path.of(stored.settings.model)));
        return lines;
    }

    /** What a run ran on. */
    static Map<String, String> environment(Path folder) {
        return stored(folder).environment;
    }

    private static Settings settings(FineTuning run) {
        TrainingOptions training = run.training();
        ParameterRates rates = training.rates();
        return new Settings(
                run.model().toString(),
                run.data().file().toString(),
                run.data().textColumn(),
                run.data().labelColumn(),
                run.head(),
                run.dropout(),
                run.trainable().toString(),
                run.schedule().orElse(null),
                run.precision().name(),
                training.epochs(),
                training.batchSize(),
                training.accumulation(),
                rates.encoder(),
                rates.head(),
                rates.layerDecay(),
                rates.weightDecay(),
                rates.noDecay().toString(),
                training.schedule().shape().name(),
                training.schedule().warmup(),
                training.schedule().decay(),
                training.maxGradientNorm().isPresent()
                        ? training.maxGradientNorm().getAsDouble()
                        : null,
                training.patience().isPresent() ? training.patience().getAsInt() : null,
                training.seed(),
                run.maxLength(),
                List.copyOf(new TreeSet<>(run.data().excludedLabels())),
                run.data().sample(),
                run.data().limit().isPresent() ? run.data().limit().getAsInt() : null,
                run.data().validation(),
                run.data().seed(),
                run.data().missing().name(),
                run.output().toString());
    }

    private static FineTuning fineTuning(Settings s, Path folder) {
        ParameterRates rates = new ParameterRates(
                s.learning_rate, s.head_learning_rate, s.layer_decay, s.weight_decay, Selector.parse(s.no_decay));
        TrainingOptions training = new TrainingOptions(
                s.epochs,
                s.batch_size,
                s.accumulation,
                rates,
                new LearningRateSchedule(
                        LearningRateSchedule.Shape.valueOf(s.lr_schedule),
                        s.warmup,
                        s.lr_decay == null ? LearningRateSchedule.USUAL_DECAY : s.lr_decay),
                s.max_grad_norm == null ? OptionalDouble.empty() : OptionalDouble.of(s.max_grad_norm),
                s.patience == null ? OptionalInt.empty() : OptionalInt.of(s.patience),
                s.seed);
        LabelledData data = new LabelledData(
                Path.of(s.data),
                s.text,
                s.label,
                MissingValues.valueOf(s.missing),
                Set.copyOf(s.exclude_labels),
                s.sample,
                s.limit == null ? OptionalInt.empty() : OptionalInt.of(s.limit),
                s.validation,
                s.data_seed);
        return new FineTuning(
                Path.of(s.model),
                data,
                s.head,
                s.dropout,
                s.max_length,
                Selector.parse(s.train),
                Optional.ofNullable(s.schedule),
                s.precision == null ? Precision.FLOAT32 : Precision.valueOf(s.precision),
                training,
                folder);
    }
}
