package org.modernbert4j.run;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.modernbert4j.FileHash;
import org.modernbert4j.InputException;
import org.modernbert4j.backend.Backends;
import org.modernbert4j.backend.Precision;
import org.modernbert4j.hub.HubName;
import org.modernbert4j.json.JsonFields;
import org.modernbert4j.json.JsonFile;
import org.modernbert4j.json.JsonValue;
import org.modernbert4j.json.Settings;
import org.modernbert4j.task.MaskedTokens;
import org.modernbert4j.task.SingleLabel;
import org.modernbert4j.task.Task.Source;
import org.modernbert4j.task.TaskSettings;

/**
 * {@value #NAME} in a run's folder: the task, all settings with their names on the command line, the hashes of the data files, and
 * the machine. Also reads older files without a task name: they store the settings of a fine-tuning in {@code settings} and the
 * settings of a pre-training in {@code pretraining}.
 */
public final class RunFile {
    static final String NAME = "run.json";

    private static final String TASK = "task";
    private static final String SETTINGS = "settings";
    private static final String PRETRAINING = "pretraining";
    private static final String MODEL = "model";
    private static final String DATA = "data";
    private static final String HASHES = "files_sha256";
    private static final String HASH = "data_sha256";
    private static final String ENVIRONMENT = "environment";
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    /**
     * The content of the file, for display.
     *
     * @param task name of the task, such as {@code single-label}
     * @param settings by their names on the command line, with spaces between words, in display order; {@code model} is the source
     *     of the weights, {@code data sha256} the hash of the data
     * @param environment properties of the machine by name, in display order
     */
    public record Description(String task, Map<String, String> settings, Map<String, String> environment) {
        /** Keeps its own copies. */
        public Description {
            settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
            environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        }
    }

    /** The content of the file. */
    private record Stored(Run<?> run, List<String> hashes, Map<String, String> environment) {}

    private RunFile() {}

    /** Writes the file. Creates the folder if necessary. */
    static void write(Run<?> run, List<Source> sources, Map<String, String> environment) {
        JsonObject stored = new JsonObject();
        stored.addProperty(TASK, run.task().task());
        stored.add(SETTINGS, settings(run));
        stored.add(HASHES, GSON.toJsonTree(sources.stream().map(Source::sha256).toList()));
        stored.add(ENVIRONMENT, GSON.toJsonTree(environment));
        Path file = run.output().resolve(NAME);
        try {
            Files.createDirectories(run.output());
            Files.writeString(file, GSON.toJson(stored));
        } catch (IOException e) {
            throw new InputException(file + ": cannot be written (" + e + "); use another output folder", e);
        }
    }

    private static JsonObject settings(Run<?> run) {
        JsonObject settings = new JsonObject();
        exchange(run, Settings.writing(settings), Intervals.EPOCH);
        settings.addProperty("output", run.output().toString());
        return settings;
    }

    /** Writes all settings except the output folder, or reads them; {@code missing} serves where a file lacks intervals. */
    private static <M> Run<M> exchange(Run<M> run, Settings settings, Intervals missing) {
        Path model = settings.value(MODEL, run.model(), value -> Path.of(value.text()));
        TaskSettings<M> task = run.task().exchange(settings);
        Freezing freezing = run.freezing().exchange(settings);
        String backend = settings.value("backend", run.backend(), JsonValue::text, Backends.AUTO);
        Precision precision = settings.value(
                "precision", run.precision(), value -> value.choiceOrName(Precision.class), Precision.FLOAT32);
        Training training = run.training().exchange(settings, missing);
        return new Run<>(model, task, training, freezing, precision, backend, run.output());
    }

    /**
     * Reads a run's settings.
     *
     * @throws InputException if there is no run, or its data files have changed
     */
    static Run<?> read(Path folder) {
        Stored stored = stored(folder);
        List<Path> files = stored.run.task().files();
        for (int i = 0; i < files.size(); i++) {
            if (!FileHash.sha256(files.get(i)).equals(stored.hashes.get(i))) {
                throw new InputException(
                        files.get(i) + ": has changed since the run began; put the old file back, or start a new run");
            }
        }
        return stored.run;
    }

    /**
     * The content of the file, for display. The data files may be missing.
     *
     * @throws InputException if there is no run
     */
    public static Description describe(Path folder) {
        Stored stored = stored(folder);
        Map<String, String> lines = new LinkedHashMap<>();
        settings(stored.run).entrySet().forEach(setting -> {
            lines.put(setting.getKey().replace('_', ' '), text(setting.getValue()));
            if (setting.getKey().equals(DATA)) {
                lines.put(DATA + " sha256", String.join(",", stored.hashes));
            }
        });
        lines.put(MODEL, HubName.describe(stored.run.model()));
        return new Description(stored.run.task().task(), lines, stored.environment);
    }

    private static String text(JsonElement value) {
        return value instanceof JsonArray array
                ? array.asList().stream().map(JsonElement::getAsString).collect(Collectors.joining(","))
                : value.getAsString();
    }

    private static Stored stored(Path folder) {
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) {
            throw new InputException(file + ": no such file; resume from the output folder of a run");
        }
        JsonFields fields = JsonFile.read(file, "start a new run");
        boolean pretraining = fields.has(PRETRAINING);
        TaskSettings<?> task =
                TaskSettings.example(fields.text(TASK, pretraining ? MaskedTokens.NAME : SingleLabel.NAME), fields);
        Training training = pretraining ? Training.pretraining() : Training.fineTuning();
        Intervals missing = pretraining ? training.intervals() : Intervals.EPOCH;
        Run<?> example = Run.builder(folder, task, folder).training(training).build();
        JsonFields settings = fields.fields(pretraining ? PRETRAINING : SETTINGS);
        Run<?> run = fields.make(() -> exchange(example, Settings.reading(settings), missing));
        List<String> hashes = fields.has(HASH) ? List.of(fields.text(HASH)) : fields.list(HASHES, JsonValue::text);
        int files = run.task().files().size();
        if (hashes.size() != files) {
            throw fields.error(HASHES, hashes.size() + " hashes", files + ", one for each file of data");
        }
        return new Stored(run, hashes, fields.map(ENVIRONMENT, JsonValue::text));
    }
}
