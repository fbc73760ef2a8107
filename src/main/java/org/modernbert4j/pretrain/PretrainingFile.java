package org.modernbert4j.pretrain;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.modernbert4j.FileHash;
import org.modernbert4j.InputException;
import org.modernbert4j.freeze.Selector;
import org.modernbert4j.hub.HubName;
import org.modernbert4j.ops.Precision;
import org.modernbert4j.train.Environment;
import org.modernbert4j.train.LearningRateSchedule;
import org.modernbert4j.train.ParameterRates;
import org.modernbert4j.train.SettingsFile;

/** {@code run.json}: all settings of a run, named as on the command line, the hashes of its files, and where it runs. */
final class PretrainingFile {
    /** The file's fields. */
    private record Stored(Settings pretraining, List<String> files_sha256, Map<String, String> environment) {}

    private record Settings(
            String model,
            List<String> data,
            String text,
            int length,
            double mask_rate,
            double validation,
            String precision,
            Integer steps,
            int epochs,
            int batch_size,
            int accumulation,
            double learning_rate,
            double weight_decay,
            String no_decay,
            String lr_schedule,
            double warmup,
            double lr_decay,
            Double max_grad_norm,
            int eval_every,
            int save_every,
            long seed,
            String output) {}

    private PretrainingFile() {}

    /** Writes the file. */
    static void write(Pretraining run) {
        List<String> hashes = run.data().stream().map(FileHash::sha256).toList();
        SettingsFile.write(run.output(), new Stored(settings(run), hashes, Environment.describe()));
    }

    /**
     * Reads a run's settings.
     *
     * @throws InputException if there is no such run, or its files have changed since
     */
    static Pretraining read(Path folder) {
        Stored stored = SettingsFile.read(
                folder, Stored.class, found -> found.pretraining != null, "settings of a pre-training");
        Pretraining run = pretraining(stored.pretraining, folder);
        for (int i = 0; i < run.data().size(); i++) {
            SettingsFile.requireUnchanged(run.data().get(i), stored.files_sha256.get(i));
        }
        return run;
    }

    /** The options of the command line that make this run, in their order; those that it lacks are left out. */
    static Map<String, String> options(Pretraining run) {
        Map<String, String> options = new LinkedHashMap<>();
        SettingsFile.byName(settings(run)).entrySet().forEach(entry -> {
            String value = entry.getValue().isJsonArray()
                    ? String.join(
                            ",",
                            entry.getValue().getAsJsonArray().asList().stream()
                                    .map(element -> element.getAsString())
                                    .toList())
                    : entry.getValue().getAsString();
            options.put("--" + entry.getKey().replace('_', '-'), value);
        });
        options.put("--model", HubName.describe(run.model()));
        if (run.training().steps().isPresent()) {
            options.remove("--epochs");
        }
        return options;
    }

    private static Settings settings(Pretraining run) {
        PretrainingOptions training = run.training();
        return new Settings(
                run.model().toString(),
                run.data().stream().map(Path::toString).toList(),
                run.textColumn(),
                run.length(),
                run.maskRate(),
                run.validation(),
                run.precision().name().toLowerCase(Locale.ROOT),
                training.steps().isPresent() ? training.steps().getAsInt() : null,
                training.epochs(),
                training.batchSize(),
                training.accumulation(),
                training.rates().encoder(),
                training.rates().weightDecay(),
                training.rates().noDecay().toString(),
                training.schedule().shape().name().toLowerCase(Locale.ROOT),
                training.schedule().warmup(),
                training.schedule().decay(),
                training.maxGradientNorm().isPresent()
                        ? training.maxGradientNorm().getAsDouble()
                        : null,
                training.evaluateEvery(),
                training.saveEvery(),
                training.seed(),
                run.output().toString());
    }

    private static Pretraining pretraining(Settings s, Path folder) {
        PretrainingOptions training = new PretrainingOptions(
                s.epochs,
                s.steps == null ? OptionalInt.empty() : OptionalInt.of(s.steps),
                s.batch_size,
                s.accumulation,
                new ParameterRates(s.learning_rate, s.learning_rate, 1, s.weight_decay, Selector.parse(s.no_decay)),
                new LearningRateSchedule(
                        LearningRateSchedule.Shape.valueOf(s.lr_schedule.toUpperCase(Locale.ROOT)),
                        s.warmup,
                        s.lr_decay),
                s.max_grad_norm == null ? OptionalDouble.empty() : OptionalDouble.of(s.max_grad_norm),
                s.eval_every,
                s.save_every,
                s.seed);
        return new Pretraining(
                Path.of(s.model),
                s.data.stream().map(Path::of).toList(),
                s.text,
                s.length,
                s.mask_rate,
                s.validation,
                Precision.valueOf(s.precision.toUpperCase(Locale.ROOT)),
                training,
                folder);
    }
}
