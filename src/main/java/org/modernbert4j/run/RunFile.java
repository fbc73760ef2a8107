package org.modernbert4j.run;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.modernbert4j.FileHash;
import org.modernbert4j.InputException;
import org.modernbert4j.InputPath;
import org.modernbert4j.NearNames;
import org.modernbert4j.OutputFile;
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
 * {@value #NAME} in a run's folder: the task, all settings with their names on the command line, the folder that relative paths
 * among them start from, the hashes of the model's and the data's files, and the machine. Also reads older files without a task
 * name: they store the settings of a fine-tuning in {@code settings} and the settings of a pre-training in {@code pretraining}.
 */
public final class RunFile {
    static final String NAME = "run.json";

    static final String TASK = "task";
    private static final String SETTINGS = "settings";
    private static final String PRETRAINING = "pretraining";
    static final String MODEL = "model";
    static final String DATA = "data";
    static final String BACKEND = "backend";
    static final String HASHES = "files_sha256";
    private static final String HASH = "data_sha256";
    private static final String MODEL_HASHES = "model_sha256";
    static final String OUTPUT = "output";
    private static final String DIRECTORY = "directory";
    private static final String ENVIRONMENT = "environment";

    /** All names outside the settings, those of older versions too. */
    private static final Set<String> FIELDS =
            Set.of(TASK, SETTINGS, PRETRAINING, DIRECTORY, HASHES, HASH, MODEL_HASHES, ENVIRONMENT);

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

        /** The same with one more setting. */
        Description with(String name, String value) {
            Map<String, String> more = new LinkedHashMap<>(settings);
            more.put(name, value);
            return new Description(task, more, environment);
        }
    }

    /**
     * The content of the file.
     *
     * @param run its settings, with paths as they were given
     * @param directory that relative paths start from
     * @param hashes of the data files, in their order
     * @param modelHashes of the files of the model that the run began with, by name; none in older files
     * @param environment properties of the machine
     */
    record Stored(
            Run<?> run,
            Path directory,
            List<String> hashes,
            Map<String, String> modelHashes,
            Map<String, String> environment) {
        /** The same for a run with some other settings. */
        Stored with(Run<?> changed) {
            return new Stored(changed, directory, hashes, modelHashes, environment);
        }

        /** The same on another machine. */
        Stored in(Map<String, String> otherEnvironment) {
            return new Stored(run, directory, hashes, modelHashes, otherEnvironment);
        }

        /** The data files, from any working directory. */
        List<Path> files() {
            return run.task().files().stream().map(directory::resolve).toList();
        }

        /** The hashes of the files that an option names. */
        private List<String> hashesOf(String option) {
            List<String> options = run.task().options();
            return IntStream.range(0, options.size())
                    .filter(file -> options.get(file).equals(option))
                    .mapToObj(hashes::get)
                    .toList();
        }

        /**
         * Checks that the data files are those that the run began with.
         *
         * @throws InputException if one is missing or has another hash
         */
        void checkData() {
            for (int i = 0; i < files().size(); i++) {
                Path file = files().get(i);
                if (!Files.exists(file)) {
                    throw new InputException(
                            "%s: no such file, expected the data that the run began with; put it back, or tell with --%s where it is now"
                                    .formatted(file, run.task().options().get(i)));
                }
                check(
                        file,
                        hashes.get(i),
                        "put the old file back, tell with --%s where it is now, or start a new run"
                                .formatted(run.task().options().get(i)));
            }
        }

        /**
         * Checks that a folder holds the model that the run began with.
         *
         * @throws InputException if a file is missing or has another hash
         */
        void checkModel(Path model) {
            modelHashes.forEach((name, hash) -> {
                Path file = model.resolve(name);
                if (!Files.exists(file)) {
                    throw new InputException(file
                            + ": no such file, expected the model that the run began with; leave out --model, as the"
                            + " run needs the model no more, or name its folder");
                }
                check(file, hash, "leave out --model, as the run needs the model no more, or name the old one");
            });
        }

        private void check(Path file, String expected, String remedy) {
            String found = FileHash.sha256(file);
            if (!found.equals(expected)) {
                throw new InputException(file + ": has changed since the run began: found SHA-256 " + found
                        + ", expected " + expected + "; " + remedy);
            }
        }
    }

    private RunFile() {}

    /** Writes the file of a run that begins, with the hashes of its model's files. */
    static Stored write(
            Run<?> run, List<Source> sources, Map<String, String> modelHashes, Map<String, String> environment) {
        List<String> hashes = sources.stream().map(Source::sha256).toList();
        Stored begun = new Stored(run, Path.of("").toAbsolutePath(), hashes, modelHashes, environment);
        write(begun);
        return begun;
    }

    /** Writes the file, or replaces it. */
    static void write(Stored content) {
        JsonObject stored = new JsonObject();
        stored.addProperty(TASK, content.run.task().task());
        stored.add(SETTINGS, settings(content.run));
        stored.addProperty(DIRECTORY, content.directory.toString());
        stored.add(HASHES, GSON.toJsonTree(content.hashes));
        stored.add(MODEL_HASHES, GSON.toJsonTree(content.modelHashes));
        stored.add(ENVIRONMENT, GSON.toJsonTree(content.environment));
        OutputFile.write(content.run.output().resolve(NAME), GSON.toJson(stored), "use another output folder");
    }

    /** Whether a folder has such a file, and so is a run's; its settings may be damaged. */
    static boolean isIn(Path folder) {
        try {
            JsonFields fields = JsonFile.read(folder.resolve(NAME), "use another folder");
            return fields.has(ENVIRONMENT) && (fields.has(SETTINGS) || fields.has(PRETRAINING));
        } catch (InputException e) {
            return false; // somebody else's file, or none
        }
    }

    /** All settings, as they are written. */
    static JsonObject settings(Run<?> run) {
        JsonObject settings = new JsonObject();
        exchange(run, Settings.writing(settings), Intervals.EPOCH);
        settings.addProperty(OUTPUT, run.output().toString());
        return settings;
    }

    /** Writes all settings except the output folder, or reads them; {@code missing} serves where a file lacks intervals. */
    static <M> Run<M> exchange(Run<M> run, Settings settings, Intervals missing) {
        Path model = settings.value(MODEL, run.model(), value -> InputPath.of(value.text()));
        TaskSettings<M> task = run.task().exchange(settings);
        Freezing freezing = run.freezing().exchange(settings);
        String backend = settings.value(BACKEND, run.backend(), JsonValue::text, Backends.AUTO);
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
        stored.checkData();
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
            List<String> hashes = stored.hashesOf(setting.getKey());
            if (!hashes.isEmpty()) {
                lines.put(setting.getKey() + " sha256", String.join(",", hashes));
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

    /** Refuses fields that nothing reads: who put them there takes them for settings that hold. */
    private static void requireKnown(Path file, String parent, JsonFields fields, Set<String> known) {
        fields.names().stream()
                .filter(name -> !known.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new InputException(
                            "%s: %s%s: is no field that this version knows; %stake it out, or correct its name"
                                    .formatted(
                                            file,
                                            parent,
                                            name.replaceAll("\\p{Cntrl}+", " "),
                                            NearNames.of(name, known)
                                                    .map(near -> "near names: " + near + "; ")
                                                    .orElse("")));
                });
    }

    /**
     * The content of the file. The data files may be missing.
     *
     * @throws InputException if there is no run
     */
    static Stored stored(Path folder) {
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
        Settings reading = Settings.reading(settings);
        Run<?> run = fields.make(() -> exchange(example, reading, missing));
        Set<String> known = new LinkedHashSet<>(reading.asked());
        known.add(OUTPUT);
        requireKnown(file, (pretraining ? PRETRAINING : SETTINGS) + ".", settings, known);
        requireKnown(file, "", fields, FIELDS);
        List<String> hashes = fields.has(HASH) ? List.of(fields.text(HASH)) : fields.list(HASHES, JsonValue::text);
        int files = run.task().files().size();
        if (hashes.size() != files) {
            throw fields.error(HASHES, hashes.size() + " hashes", files + ", one for each file of data");
        }
        return new Stored(
                run,
                fields.make(() -> Path.of(fields.text(DIRECTORY, "")).toAbsolutePath()),
                hashes,
                fields.has(MODEL_HASHES) ? fields.map(MODEL_HASHES, JsonValue::text) : Map.of(),
                fields.map(ENVIRONMENT, JsonValue::text));
    }
}
